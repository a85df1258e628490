#include "crypto/pkey_token.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/pkey_token_impl.h"
#include "sys/thread.h"

/* ---- what tokens say when they refuse ---- */

static const char *words(CK_RV why)
{
    switch (why) {
    case CKR_DEVICE_ERROR:
        return "CKR_DEVICE_ERROR";
    case CKR_DEVICE_MEMORY:
        return "CKR_DEVICE_MEMORY";
    case CKR_DEVICE_REMOVED:
        return "CKR_DEVICE_REMOVED";
    case CKR_FUNCTION_NOT_SUPPORTED:
        return "CKR_FUNCTION_NOT_SUPPORTED";
    case CKR_MECHANISM_INVALID:
        return "CKR_MECHANISM_INVALID";
    case CKR_MECHANISM_PARAM_INVALID:
        return "CKR_MECHANISM_PARAM_INVALID";
    case CKR_KEY_FUNCTION_NOT_PERMITTED:
        return "CKR_KEY_FUNCTION_NOT_PERMITTED";
    case CKR_SESSION_HANDLE_INVALID:
        return "CKR_SESSION_HANDLE_INVALID";
    case CKR_TOKEN_NOT_PRESENT:
        return "CKR_TOKEN_NOT_PRESENT";
    case CKR_TOKEN_NOT_RECOGNIZED:
        return "CKR_TOKEN_NOT_RECOGNIZED";
    case CKR_TOKEN_WRITE_PROTECTED:
        return "CKR_TOKEN_WRITE_PROTECTED";
    default:
        return NULL;
    }
}

static rc unavailable(struct err *err, str why)
{
    return ERR(err, E_UNAVAILABLE, "KEY-004", N_("The key's token does not answer: {1}."), why);
}

rc token_failed(struct err *err, CK_RV why)
{
    char number[32];
    switch (why) {
    case CKR_HOST_MEMORY:
        return E_NOMEM;
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
    case CKR_PIN_EXPIRED:
    case CKR_PIN_LOCKED:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_USER_PIN_NOT_INITIALIZED:
        return ERR(err, E_DENIED, "KEY-002", N_("The token's PIN is wrong, missing or locked."));
    default:
        snprintf(number, sizeof number, "0x%lx", why);
        return unavailable(err, str_of(words(why) ? words(why) : number));
    }
}

rc token_none(struct err *err, str label)
{
    return ERR(err, E_NOTFOUND, "KEY-005", N_("There is no token or key with the label {1}."), label);
}

/* ---- modules: loaded once, kept ---- */

static struct {
    char path[TOKEN_NAME_MAX];
    CK_FUNCTION_LIST *f;
} modules[TOKEN_MODULES_MAX];
static size_t n_modules;
static pthread_mutex_t modules_mutex = PTHREAD_MUTEX_INITIALIZER;

static rc start_module(CK_FUNCTION_LIST *f, struct err *err)
{
    CK_C_INITIALIZE_ARGS locking = {.flags = CKF_OS_LOCKING_OK};
    CK_RV rv = f->C_Initialize(&locking);
    if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
        return token_failed(err, rv);
    return OK;
}

static rc load_module(const char *path, CK_FUNCTION_LIST **out, struct err *err)
{
    if (n_modules == TOKEN_MODULES_MAX || strlen(path) >= TOKEN_NAME_MAX)
        return E_LIMIT;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return unavailable(err, str_of(dlerror()));
    CK_C_GetFunctionList get = NULL;
    void *symbol = dlsym(handle, "C_GetFunctionList");
    memcpy(&get, &symbol, sizeof get); /* ISO C has no cast from an object's to a function's address */
    rc r = OK;
    if (!get || get(out) != CKR_OK || !*out)
        r = unavailable(err, STR("C_GetFunctionList"));
    if (r == OK)
        r = start_module(*out, err);
    if (r != OK)
        dlclose(handle);
    return r;
}

static rc module_of(const char *path, CK_FUNCTION_LIST **out, struct err *err)
{
    LOCKED(&modules_mutex);
    for (size_t i = 0; i < n_modules; i++) {
        if (strcmp(modules[i].path, path) == 0) {
            *out = modules[i].f;
            return OK;
        }
    }
    TRY(load_module(path, out, err));
    memcpy(modules[n_modules].path, path, strlen(path) + 1);
    modules[n_modules++].f = *out;
    return OK;
}

/* ---- slots and sessions ---- */

/* A token's texts are padded with spaces. */
static bool fits(str wanted, const CK_UTF8CHAR *text, size_t n)
{
    return wanted.n == 0 || str_eq(str_trim(str_n(text, n)), wanted);
}

static bool is_meant(CK_FUNCTION_LIST *f, CK_SLOT_ID slot, const struct token_options *o)
{
    CK_TOKEN_INFO info;
    if (f->C_GetTokenInfo(slot, &info) != CKR_OK || !(info.flags & CKF_TOKEN_INITIALIZED))
        return false;
    return fits(o->label, info.label, sizeof info.label) && fits(o->model, info.model, sizeof info.model) &&
           fits(o->serial, info.serialNumber, sizeof info.serialNumber) &&
           fits(o->manufacturer, info.manufacturerID, sizeof info.manufacturerID);
}

static rc find_slot(CK_FUNCTION_LIST *f, const struct token_options *o, CK_SLOT_ID *out, struct err *err)
{
    enum { SLOTS_MAX = 64 };
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG n = SLOTS_MAX;
    TRY_TOKEN(err, f->C_GetSlotList(CK_TRUE, slots, &n));
    for (CK_ULONG i = 0; i < n; i++) {
        if (is_meant(f, slots[i], o)) {
            *out = slots[i];
            return OK;
        }
    }
    return token_none(err, o->label);
}

static rc log_in(struct token *t, str pin, struct err *err)
{
    if (pin.n == 0)
        return OK;
    CK_RV rv = t->f->C_Login(t->session, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin.p, pin.n);
    return rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN ? OK : token_failed(err, rv);
}

static rc open_session(struct token *t, const struct token_options *o, CK_FUNCTION_LIST *f, struct err *err)
{
    CK_SLOT_ID slot = 0;
    TRY(find_slot(f, o, &slot, err));
    CK_RV rv = f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &t->session);
    if (rv == CKR_TOKEN_WRITE_PROTECTED) /* a card */
        rv = f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &t->session);
    if (rv != CKR_OK)
        return token_failed(err, rv);
    t->f = f;
    return OK;
}

rc token_open(const struct token_options *o, struct token **out, struct err *err)
{
    CK_FUNCTION_LIST *f = NULL;
    TRY(module_of(o->module, &f, err));
    struct token *t = calloc(1, sizeof *t);
    if (!t)
        return E_NOMEM;
    t->uses = 1;
    pthread_mutex_init(&t->mutex, NULL);
    rc r = open_session(t, o, f, err);
    if (r == OK)
        r = log_in(t, o->pin, err);
    if (r != OK) {
        token_drop(t);
        return r;
    }
    *out = t;
    return OK;
}

void token_drop(struct token *t)
{
    pthread_mutex_lock(&t->mutex);
    bool last = --t->uses == 0;
    pthread_mutex_unlock(&t->mutex);
    if (!last)
        return;
    if (t->f)
        t->f->C_CloseSession(t->session); /* the last one of the process logs out */
    pthread_mutex_destroy(&t->mutex);
    free(t);
}

void token_close(struct token *t)
{
    if (t)
        token_drop(t);
}

#include "web/problem.h"

#include "base/json.h"

int status_of(rc code)
{
    switch (code) {
    case OK:
        return 200;
    case E_INVALID:
        return 422;
    case E_AUTH:
        return 401;
    case E_DENIED:
        return 403;
    case E_NOTFOUND:
        return 404;
    case E_CONFLICT:
        return 409;
    case E_LIMIT:
        return 413;
    case E_BUSY:
    case E_UNAVAILABLE:
        return 503;
    case E_IO:
    case E_CORRUPT:
    case E_NOMEM:
    case E_INTERNAL:
        return 500;
    }
    return 500;
}

const char *status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } table[] = {
        {400, N_("Bad Request")},
        {401, N_("Unauthorized")},
        {403, N_("Forbidden")},
        {404, N_("Not Found")},
        {405, N_("Method Not Allowed")},
        {408, N_("Request Timeout")},
        {409, N_("Conflict")},
        {413, N_("Content Too Large")},
        {415, N_("Unsupported Media Type")},
        {422, N_("Unprocessable Content")},
        {429, N_("Too Many Requests")},
        {500, N_("Internal Server Error")},
        {503, N_("Service Unavailable")},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].status == status)
            return table[i].text;
    return status < 500 ? N_("Bad Request") : N_("Internal Server Error");
}

static const char *general_sentence(rc code)
{
    switch (code) {
    case E_INVALID:
        return N_("Something in your entry needs correction.");
    case E_AUTH:
        return N_("Please sign in first.");
    case E_DENIED:
        return N_("You may not do this with the role you are acting in.");
    case E_NOTFOUND:
        return N_("There is no such page, or it is not yours to see.");
    case E_CONFLICT:
        return N_("This changed while you were working on it. Reload the page and try again.");
    case E_LIMIT:
        return N_("This is more than is allowed here.");
    case E_BUSY:
    case E_UNAVAILABLE:
        return N_("The service is busy. Nothing was changed; please try again in a moment.");
    case OK:
    case E_IO:
    case E_CORRUPT:
    case E_NOMEM:
    case E_INTERNAL:
        break;
    }
    return N_(
        "Something went wrong on our side. Nothing was changed. Please give the request number when you report it.");
}

/* An err's arguments point into itself, so it is told again instead of assigned. */
static void err_retell(struct err *to, const struct err *from)
{
    (void)err_set(to, from->code, from->main.code, from->main.msgid, from->main.arg, from->main.n_args);
    for (int i = 0; i < from->n_fields; i++) {
        const struct err_msg *m = &from->fields[i];
        (void)err_field(to, m->field, m->code, m->msgid, m->arg, m->n_args);
    }
}

void problem_complete(struct ctx *c, rc code)
{
    if (c->err.code == OK && c->tx) {
        const struct err *below = tx_err(c->tx);
        /* What the database says about itself is for the log; a person gets the general sentence. */
        if (below->code == code && code != E_IO && code != E_CORRUPT && code != E_INTERNAL && code != E_UNAVAILABLE &&
            (below->main.msgid || below->n_fields > 0))
            err_retell(&c->err, below);
    }
    if (c->err.code == OK || !c->err.main.msgid) {
        rc kept = c->err.code != OK ? c->err.code : code;
        if (c->err.n_fields == 0)
            err_clear(&c->err);
        c->err.code = kept;
        c->err.main.msgid = general_sentence(kept);
    }
}

static void put_detail(struct json_out *o, struct ctx *c, const struct err_msg *m)
{
    BUF_SCOPED text = BUF_INIT(8192);
    if (m->msgid)
        tr_err(&text, c->lang, m);
    jo_kstr(o, "detail", buf_str(&text));
}

void problem_json(struct ctx *c, int status)
{
    struct reply *p = c->reply;
    struct json_out o;
    buf_clear(&p->body);
    jo_begin(&o, &p->body);
    jo_obj(&o);
    jo_kstr(&o, "type", STR("about:blank"));
    jo_kstr(&o, "title", str_of(tr(c->lang, status_text(status))));
    jo_kint(&o, "status", status);
    put_detail(&o, c, &c->err.main);
    if (c->err.main.code)
        jo_kstr(&o, "code", str_of(c->err.main.code));
    if (c->err.n_fields > 0) {
        jo_key(&o, "errors");
        jo_arr(&o);
        for (int i = 0; i < c->err.n_fields; i++) {
            const struct err_msg *m = &c->err.fields[i];
            jo_obj(&o);
            jo_kstr(&o, "field", str_of(m->field));
            if (m->code)
                jo_kstr(&o, "code", str_of(m->code));
            put_detail(&o, c, m);
            jo_end_obj(&o);
        }
        jo_end_arr(&o);
    }
    jo_kstr(&o, "instance", arena_printf(c->arena, "urn:request:%s", c->req->rid));
    jo_end_obj(&o);
    p->status = status;
    p->type = "application/problem+json";
}

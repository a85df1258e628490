#include "crypto/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/gcm.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "sys/file.h"
#include "sys/random.h"

enum { SEAL_VERSION = 1, SEAL_OVERHEAD = 1 + GCM_NONCE + GCM_TAG };

/* Reads exactly n bytes and sees that nothing follows. */
static bool read_whole(int fd, unsigned char *p, size_t n)
{
    size_t got = 0;
    unsigned char more;
    while (got < n) {
        ssize_t k = read(fd, p + got, n - got);
        if (k > 0)
            got += (size_t)k;
        else if (k == 0 || errno != EINTR)
            return false;
    }
    return read(fd, &more, 1) == 0;
}

rc seal_key_load(const char *path, struct seal_key *out, struct err *err)
{
    FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return ERR(err, errno == ENOENT ? E_NOTFOUND : E_IO, "SEA-003", N_("The key file {1} cannot be opened."),
                   str_of(path));
    if (!S_ISREG(st.st_mode) || (st.st_mode & 07177) != 0)
        return ERR(err, E_DENIED, "SEA-001", N_("The key file {1} must be a regular file of mode 0600."), str_of(path));
    if (!read_whole(fd, out->k, sizeof out->k)) {
        secret_wipe(out, sizeof *out);
        return ERR(err, E_CORRUPT, "SEA-002", N_("The key file {1} must hold exactly 32 bytes."), str_of(path));
    }
    return OK;
}

rc seal_key_create(const char *path, struct err *err)
{
    struct seal_key key;
    random_bytes(key.k, sizeof key.k);
    rc r = file_write_new(path, str_n(key.k, sizeof key.k), 0600, err);
    secret_wipe(&key, sizeof key);
    return r;
}

rc seal(const struct seal_key *key, str context, str plain, struct buf *out)
{
    if (!buf_reserve(out, plain.n + SEAL_OVERHEAD))
        return buf_rc(out);
    unsigned char head[1 + GCM_NONCE] = {SEAL_VERSION};
    unsigned char tag[GCM_TAG];
    random_bytes(head + 1, GCM_NONCE);
    buf_putn(out, head, sizeof head);
    size_t start = out->n;
    buf_put(out, plain); /* encrypted in place below */
    rc r = gcm_encrypt(key->k, head + 1, context, str_n(out->p + start, plain.n), (unsigned char *)out->p + start, tag);
    if (r != OK) {
        secret_wipe(out->p + start, plain.n);
        out->n = start - sizeof head;
        return r;
    }
    buf_putn(out, tag, sizeof tag);
    return buf_rc(out);
}

rc unseal(const struct seal_key *key, str context, str sealed, struct buf *out)
{
    if (sealed.n < SEAL_OVERHEAD || sealed.p[0] != SEAL_VERSION)
        return E_CORRUPT;
    str cipher = str_sub(sealed, 1 + GCM_NONCE, sealed.n - SEAL_OVERHEAD);
    if (!buf_reserve(out, cipher.n))
        return buf_rc(out);
    size_t start = out->n;
    buf_put(out, cipher);
    rc r = gcm_decrypt(key->k, (const unsigned char *)sealed.p + 1, context, cipher,
                       (const unsigned char *)cipher.p + cipher.n, (unsigned char *)out->p + start);
    if (r != OK)
        out->n = start;
    return r;
}

rc seal_derive(const struct seal_key *master, str label, unsigned char out[32])
{
    return hkdf_sha256(str_n(master->k, sizeof master->k), STR_EMPTY, label, out, 32);
}

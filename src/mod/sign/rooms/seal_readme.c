/* How to check an archive without this site, in words and in commands that can be copied. */
#include "mod/sign/engine/report.h"
#include "mod/sign/rooms/seal_archive.h"

struct telling {
    const struct seal_story *s;
    enum lang lang;
    struct buf *out;
};

static void line(const struct telling *t, const char *msgid, str arg)
{
    tr_f(t->out, t->lang, msgid, &arg, 1);
    buf_putc(t->out, '\n');
}

static void head(const struct telling *t, const char *msgid)
{
    buf_putc(t->out, '\n');
    line(t, msgid, STR_EMPTY);
    buf_put(t->out, STR("------------------------------------------------------------\n"));
}

static void file(const struct telling *t, const char *name, const char *msgid)
{
    buf_printf(t->out, "  %-24s", name);
    line(t, msgid, STR_EMPTY);
}

static void put_files(const struct telling *t)
{
    head(t, N_("What is in this archive"));
    file(t, "signed.pdf", N_("the document with all its signatures"));
    file(t, "original.pdf", N_("the file as it was uploaded"));
    file(t, "evidence.pdf", N_("what happened, for people; sealed by the site"));
    file(t, "evidence.json", N_("the same for programs"));
    file(t, "signatures/", N_("each signature of signed.pdf by itself (CMS, RFC 5652)"));
    file(t, "witness/",
         N_("if signings were recorded: manifests, whose SHA-256 are signed attributes of the signatures"));
    file(t, "trust/", N_("the root certificates to be trusted, and revocation lists"));
    file(t, "certificates/", N_("all certificates, for openssl"));
    file(t, "log/", N_("proofs that each event stands in the public log, and the log's key"));
}

static void put_hash(const struct telling *t, const char *name, const struct sha256 *h)
{
    char hex[2 * SHA256_LEN + 1];
    sha256_hex(h, hex);
    buf_printf(t->out, "  %s  %s\n", hex, name);
}

/* The bytes that one signature covers, then openssl's word on it, as of the time that its time-stamp proves. */
static void put_signature(const struct telling *t, const struct pdf_judged *j, size_t number)
{
    const uint64_t *r = j->signature->range;
    const long long at = (long long)(j->result.best / SECOND);
    str who = j->is_timestamp || !j->subject.cert ? str_of(tr(t->lang, N_("time-stamp")))
                                                  : report_name(t->s->a, j->subject.cert->subject);
    buf_printf(t->out, "\n# %zu: %.*s\n", number, STR_ARG(who));
    buf_printf(t->out, "(head -c %llu signed.pdf; tail -c +%llu signed.pdf | head -c %llu) > part.bin\n",
               (unsigned long long)r[1], (unsigned long long)(r[2] + 1), (unsigned long long)r[3]);
    if (j->is_timestamp)
        buf_printf(t->out,
                   "openssl ts -verify -data part.bin -in signatures/%02zu.p7s -token_in -attime %lld \\\n"
                   "  -CAfile certificates/roots.pem -untrusted certificates/issuers.pem\n",
                   number, at);
    else
        buf_printf(t->out,
                   "openssl cms -verify -binary -inform DER -in signatures/%02zu.p7s -content part.bin \\\n"
                   "  -CAfile certificates/roots.pem -certfile certificates/issuers.pem -purpose any -attime %lld -out "
                   "/dev/null\n",
                   number, at);
}

static void put_openssl(const struct telling *t, const struct pdf_report *judged)
{
    head(t, N_("With openssl"));
    line(t, N_("Certificates for one signature last a day, so openssl is told when it was made."), STR_EMPTY);
    for (size_t i = 0; i < judged->n; i++)
        if (judged->v[i].signature->fault == PDF_FINE)
            put_signature(t, &judged->v[i], i + 1);
}

static void put_commands(const struct telling *t, const struct pdf_report *judged)
{
    head(t, N_("With pdfsig (poppler-utils) and certutil (libnss3-tools)"));
    buf_put(t->out, STR("mkdir nss && certutil -N -d sql:nss --empty-password\n"
                        "certutil -A -d sql:nss -n root -t C,C,C -i trust/root-1.cer\n"
                        "pdfsig -nssdir sql:nss signed.pdf\n"));
    head(t, N_("With mutool (mupdf-tools)"));
    buf_put(t->out, STR("mutool sign -v signed.pdf\n"));
    put_openssl(t, judged);
    head(t, N_("With rise, this program, offline"));
    buf_put(t->out, STR("rise verify signed.pdf --trust trust\n"
                        "rise verify evidence.pdf --trust trust\n"
                        "for proof in log/*.json; do rise verify-log \"$proof\" \"$(cat log/vkey.txt)\"; done\n"));
}

rc seal_readme(const struct seal_story *s, const struct pdf_report *judged, enum lang lang, struct buf *out)
{
    const struct telling t = {s, lang, out};
    line(&t, N_("Signed document: {1}"), s->room.title);
    line(&t, N_("Everything in here can be checked without the site that it comes from: {1}"), s->app->config.base_url);
    put_files(&t);
    head(&t, N_("Fingerprints (SHA-256)"));
    put_hash(&t, "signed.pdf", &s->file_hash);
    put_hash(&t, "original.pdf", &s->original_hash);
    put_commands(&t, judged);
    return buf_rc(out);
}

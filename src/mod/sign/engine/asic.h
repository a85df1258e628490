/* ASiC-E containers (ETSI EN 319 162-1): files and the signatures over them in one ZIP archive. Of the simple form
 * (ASiC-S: one file, which CAdES signs without a manifest) those of others are read, judged and raised.
 *
 * Made: `mimetype` first, stored, without extra field; the files; META-INF/manifest.xml (a list of the files with their
 * types, as OpenDocument has it); then META-INF/signatures001.xml (XAdES) or META-INF/ASiCManifest001.xml with
 * META-INF/signature001.p7s (CAdES over the manifest, which holds each file's digest). Stored entries, so that equal
 * contents are equal bytes.
 * Read: containers of others too, with deflated entries. Judged: the container's form, each signature, and that every
 * file is covered: what nobody signed is named.
 *
 * Ownership: everything lives in the arena given; what is read points into the bytes given. Threads: one thread at a
 * time for what was read. Errors: ZIP-nnn, XML-nnn, SIG-3nn, CMS-nnn, and
 *   SIG-501 E_INVALID no container of this kind (argument: why)   SIG-502 E_LIMIT too many files or signatures
 *   SIG-503 E_INVALID a file's name cannot stand in a container (argument: it)
 *   SIG-504 E_INVALID a container that does not hold is not raised (argument: the entry at fault) */
#ifndef RISE_SIGN_ASIC_H
#define RISE_SIGN_ASIC_H
#include "base/zip.h"
#include "mod/sign/engine/stamp.h"
#include "mod/sign/engine/xades.h"

#define ASIC_MIME        "application/vnd.etsi.asic-e+zip"
#define ASIC_MIME_SIMPLE "application/vnd.etsi.asic-s+zip"

enum {
    ASIC_FILES_MAX = 1024,
    ASIC_SIGNATURES_MAX = 64,
    ASIC_UNPACKED_MAX = 256 << 20, /* all files of a container together */
};

/* ---- making (asic_make.c) ---- */
struct asic_request {
    bool cades; /* else XAdES */
    const struct pkey *key;
    const struct cert *cert;
    struct cert *const *chain;
    size_t n_chain;
    bool pss; /* RSA */
    instant time;
    const struct sign_data *files; /* each with .name and .mime */
    size_t n_files;
};
rc asic_make(struct arena *a, const struct asic_request *r, struct buf *out, struct err *err);

/* ---- reading (asic_read.c) ---- */
struct asic_manifest_row {
    str uri;
    enum digest digest;
    str value;
};
struct asic_signature {
    str name; /* of its entry */
    bool cades;
    struct xades *xades;
    size_t i; /* which signature in it */
    struct cms *cms;
    str manifest_name, manifest; /* CAdES: what it is over; p == NULL: no manifest names it */
    struct asic_manifest_row *rows;
    size_t n_rows;
};
struct asic {
    struct zip_entry *entries;
    size_t n_entries;
    bool mimetype_fits;      /* first, stored, without extra field, exactly one of ASIC_MIME… */
    bool simple;             /* ASIC_MIME_SIMPLE */
    struct sign_data *files; /* all but `mimetype` and META-INF/ */
    size_t n_files;
    struct asic_signature *signatures;
    size_t n_signatures;
};
rc asic_read(struct arena *a, str bytes, struct asic **out, struct err *err);
/* What the CAdES signature `s` is over: its manifest, or the one file of a simple container. p == NULL: it is not
 * there. */
str asic_signed_bytes(const struct asic *c, const struct asic_signature *s);

/* ---- raising (asic_extend.c) ---- */
/* Every signature to the level asked for; files keep their bytes and places. A container that does not hold is left as
 * it is: SIG-504, or SIG-203 or 306 when it is a signature. */
rc asic_extend(struct arena *a, str bytes, const struct sign_raise *o, struct buf *out, struct sign_raised *made,
               struct err *err);

/* ---- judging (asic_verify.c) ---- */
enum asic_outcome {
    ASIC_VALID,
    ASIC_MIMETYPE,     /* the first entry is not what it has to be */
    ASIC_NO_SIGNATURE, /* nothing in META-INF signs */
    ASIC_MANIFEST,     /* a CAdES signature without its manifest, or one that contradicts itself */
    ASIC_FILE_MISSING, /* a file that is in a manifest is not in the container */
    ASIC_FILE_CHANGED, /* a file is not what the manifest says */
    ASIC_SIGNATURE,    /* see .xades or .cms */
    ASIC_NOT_SIGNED,   /* a file that no signature covers */
    ASIC_WEAK_DIGEST,  /* everything else holds, but a manifest's digest is broken */
};
const char *asic_outcome_name(enum asic_outcome o); /* "not-signed"; stable */
const char *asic_outcome_text(enum asic_outcome o); /* msgid, a sentence; {1} is .where */

struct asic_signature_check {
    enum asic_outcome outcome;
    str where; /* the file or URI at fault, empty: the whole */
    const struct cert *cert;
    struct xades_check xades;
    struct cms_check cms;
    bool *covered; /* by this signature, for each of asic.files */
};
struct asic_check {
    enum asic_outcome outcome; /* the container's: the first fault, its own or a signature's */
    str where;                 /* entry */
    struct asic_signature_check *signatures;
    str *not_signed; /* names of files that no signature covers */
    size_t n_not_signed;
};
rc asic_verify(struct arena *a, const struct asic *c, struct cert *const *pool, size_t n_pool, struct asic_check *out);
#endif

/* Verifying an archive: a pure function over its bytes. The frame: container, hashes, tables; then every other check,
 * whatever the others found. */
#include "mod/fund/archive/archive_verify.h"

static const struct {
    const char *name, *label;
} checks[FUND_ARCHIVE_CHECKS] = {
    [CHECK_CONTAINER] = {"container", N_("The file is one ZIP archive of which every byte is accounted for")},
    [CHECK_HASHES] = {"hashes", N_("Every file has the hash that the manifest gives")},
    [CHECK_TABLES] = {"tables", N_("All files are there, and can be read")},
    [CHECK_LOG] = {"log", N_("Every proof leads to one checkpoint, signed with the public log's key")},
    [CHECK_RULES] = {"rules", N_("The rules of the tally are the ones that were logged")},
    [CHECK_ORDER] = {"order", N_("The rules were logged before the crowdfunding opened and before any gift was read")},
    [CHECK_SCORES] = {"scores", N_("The reviewers' scores give the tables that the panels decided on")},
    [CHECK_DECISIONS] = {"decisions",
                         N_("The decisions keep the places and the awards, and say why where they leave the order")},
    [CHECK_STAGES] = {"stages", N_("Every proposal's stage and award follow from decisions and tally")},
    [CHECK_IMPORTS] = {"imports", N_("The commitments of all gifts have the roots that were logged")},
    [CHECK_GIFTS] = {"gifts", N_("Gifts that count are complete and nobody is two donors")},
    [CHECK_TALLY] = {"tally", N_("The tally of the gifts gives the published result, to the last dollar")},
    [CHECK_GIFT] = {"gift", N_("Your gift is in the archive as you know it")},
};

const char *fund_archive_check_label(int check)
{
    return checks[check].label;
}

/* ---- saying what differs ---- */

void archive_differs(struct archive_read *r, enum archive_check c, const char *what, str file, int64_t line,
                     str expected, str found)
{
    struct fund_archive_check *k = &r->out->checks[c];
    r->out->ok = false;
    if (k->state == ARCHIVE_FAILED)
        return;
    k->state = ARCHIVE_FAILED;
    k->what = what;
    k->file = file;
    k->line = line;
    k->expected = expected;
    k->found = found;
}

void archive_differs_int(struct archive_read *r, enum archive_check c, str file, int64_t line, int64_t expected,
                         int64_t found)
{
    archive_differs(r, c, ARCHIVE_OTHER, file, line, arena_printf(r->a, "%lld", (long long)expected),
                    arena_printf(r->a, "%lld", (long long)found));
}

bool archive_same_text(struct archive_read *r, enum archive_check c, str file, str expected, str found)
{
    int64_t line = 1;
    if (str_eq(expected, found))
        return true;
    while (expected.p && found.p) {
        str e = str_cut(&expected, '\n'), f = str_cut(&found, '\n');
        if (!str_eq(e, f)) {
            archive_differs(r, c, ARCHIVE_OTHER, file, line, arena_str(r->a, str_trim(e)),
                            arena_str(r->a, str_trim(f)));
            return false;
        }
        line++;
    }
    archive_differs(r, c, N_("It ends too early, or too late"), file, line, STR_EMPTY, STR_EMPTY);
    return false;
}

/* ---- looking things up ---- */

str archive_file_of(const struct archive_read *r, str name)
{
    for (size_t i = 0; i < r->n_files; i++)
        if (str_eq(r->files[i].name, name))
            return r->files[i].bytes;
    return STR_EMPTY;
}

const struct archive_proposal *archive_proposal_of(const struct archive_read *r, int64_t number)
{
    size_t from = 0, to = r->n_proposals;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (r->proposals[mid].number < number)
            from = mid + 1;
        else
            to = mid;
    }
    return from < r->n_proposals && r->proposals[from].number == number ? &r->proposals[from] : NULL;
}

const struct fund_decided_line *archive_decided_of(const struct archive_stage *s, int64_t number)
{
    for (size_t from = 0, to = s->n_decided; from < to;) {
        size_t mid = from + (to - from) / 2;
        if (s->decided[mid].number == number)
            return &s->decided[mid];
        if (s->decided[mid].number < number)
            from = mid + 1;
        else
            to = mid;
    }
    return NULL;
}

str archive_said(const struct archive_proof *p, const char *member)
{
    str s = json_str(json_get(p->record, member));
    return s.p ? s : STR_EMPTY;
}

int64_t archive_said_int(const struct archive_proof *p, const char *member)
{
    return json_int(json_get(p->record, member), INT64_MIN);
}

void archive_must_say(struct archive_read *r, enum archive_check c, const struct archive_proof *p, const char *member,
                      str value)
{
    str said = archive_said(p, member);
    if (!str_eq(said, value))
        archive_differs(r, c, N_("The public log's record says “{2}”, the archive “{1}”"), p->name, 0, said, value);
}

void archive_must_say_int(struct archive_read *r, enum archive_check c, const struct archive_proof *p,
                          const char *member, int64_t value)
{
    int64_t said = archive_said_int(p, member);
    if (said != value)
        archive_differs(r, c, N_("The public log's record says “{2}”, the archive “{1}”"), p->name, 0,
                        said == INT64_MIN ? STR_EMPTY : arena_printf(r->a, "%lld", (long long)said),
                        arena_printf(r->a, "%lld", (long long)value));
}

/* ---- container and hashes ---- */

static rc not_an_archive(struct err *err)
{
    return ERR(err, E_INVALID, "FND-621", N_("This is not an archive of a round of the fund."));
}

static rc too_large(struct err *err)
{
    return ERR(err, E_LIMIT, "FND-622", N_("The archive is too large to be verified here."));
}

/* What could have been written in another way must be written as it is: writing it again tells. */
static rc check_container(struct archive_read *r, str zip)
{
    BUF_SCOPED again = BUF_INIT(FUND_ARCHIVE_MOST);
    struct err err = {0};
    rc e = zip_read(r->a, zip, FUND_ARCHIVE_FILES, &r->files, &r->n_files, &err);
    if (e == E_INVALID && !str_eq(str_of(err.main.code), STR("ZIP-001"))) {
        archive_differs(r, CHECK_CONTAINER, err.main.msgid, STR_EMPTY, 0, STR_EMPTY,
                        err.main.n_args ? arena_str(r->a, err.main.arg[0]) : STR_EMPTY);
        return OK;
    }
    if (e == E_LIMIT)
        return too_large(r->err);
    if (e != OK)
        return e == E_INVALID ? not_an_archive(r->err) : e;
    if (r->n_files == 0 || !str_eq(r->files[0].name, STR("manifest.json")))
        return not_an_archive(r->err);
    TRY(zip_write(r->files, r->n_files, &again, NULL));
    for (size_t i = 0; i < zip.n; i++)
        if (i >= again.n || again.p[i] != zip.p[i]) {
            archive_differs(r, CHECK_CONTAINER, N_("Byte {1} is not as the one form of this archive has it"), STR_EMPTY,
                            0, STR_EMPTY, arena_printf(r->a, "%zu", i));
            break;
        }
    return OK;
}

static rc check_hashes(struct archive_read *r)
{
    struct archive_manifest *m = &r->manifest;
    rc e = archive_manifest_read(r->files[0].bytes, m, r->a);
    if (e == E_INVALID) {
        archive_differs(r, CHECK_HASHES, N_("It is not a manifest in the form of this version"), r->files[0].name, 0,
                        STR_EMPTY, STR_EMPTY);
        return OK;
    }
    TRY(e);
    r->out->code = m->code;
    r->out->name_zh = m->name_zh;
    r->out->name_en = m->name_en;
    r->out->vkey = m->vkey;
    if (m->n_files + 1 != r->n_files)
        archive_differs_int(r, CHECK_HASHES, r->files[0].name, 0, (int64_t)r->n_files - 1, (int64_t)m->n_files);
    for (size_t i = 0; i < m->n_files && i + 1 < r->n_files; i++) {
        const struct zip_entry *f = &r->files[i + 1];
        struct sha256 h = sha256_of(f->bytes);
        if (!str_eq(m->files[i].name, f->name))
            archive_differs(r, CHECK_HASHES, ARCHIVE_OTHER, r->files[0].name, 0, f->name, m->files[i].name);
        else if (!sha256_eq(&h, &m->files[i].hash) || m->files[i].bytes != (int64_t)f->bytes.n)
            archive_differs(r, CHECK_HASHES, N_("Its hash is {1}, the manifest says {2}"), f->name, 0,
                            sha256_hex_text(r->a, &m->files[i].hash), sha256_hex_text(r->a, &h));
    }
    return OK;
}

/* ---- the whole ---- */

static bool run(struct archive_read *r, enum archive_check c)
{
    r->out->checks[c].state = ARCHIVE_OK;
    return true;
}

static rc check_all(struct archive_read *r, str zip)
{
    run(r, CHECK_CONTAINER);
    TRY(check_container(r, zip));
    if (!r->out->ok)
        return OK;
    run(r, CHECK_HASHES);
    TRY(check_hashes(r));
    if (!r->out->ok)
        return OK;
    run(r, CHECK_TABLES);
    TRY(archive_read_tables(r));
    if (!r->out->ok)
        return OK;
    for (int c = CHECK_LOG; c < CHECK_GIFT; c++)
        run(r, (enum archive_check)c);
    TRY(archive_check_log(r));
    TRY(archive_check_rules(r));
    TRY(archive_check_review(r));
    TRY(archive_check_imports(r));
    TRY(archive_check_tally(r));
    if (r->ask->gift.n == 0)
        return OK;
    run(r, CHECK_GIFT);
    return archive_check_gift(r);
}

rc fund_archive_verify(struct arena *a, str zip, const struct fund_archive_ask *ask, struct fund_archive_report *out,
                       struct err *err)
{
    struct archive_read r = {.a = a, .ask = ask, .out = out, .err = err};
    *out = (struct fund_archive_report){.n = ask->gift.n > 0 ? FUND_ARCHIVE_CHECKS : CHECK_GIFT, .ok = true};
    out->gift.asked = ask->gift.n > 0;
    for (int c = 0; c < FUND_ARCHIVE_CHECKS; c++)
        out->checks[c] = (struct fund_archive_check){
            .name = checks[c].name, .label = checks[c].label, .state = ARCHIVE_NOT_RUN, .file = STR_EMPTY};
    if (zip.n > FUND_ARCHIVE_MOST)
        return too_large(err);
    struct sha256 h = sha256_of(zip);
    out->sha256 = sha256_hex_text(a, &h);
    rc e = check_all(&r, zip);
    if (e == OK)
        e = arena_rc(a);
    return e == E_LIMIT && (!err || err->code == OK) ? too_large(err) : e;
}

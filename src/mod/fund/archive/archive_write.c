/* A round's archive out of the database. */
#include "base/vec.h"
#include "core/programme.h"
#include "core/publiclog.h"
#include "mod/fund/archive/archive_gifts.h"
#include "mod/fund/publish.h"

enum { PROOF_MOST = 1 << 20, IMPORTS_LISTED = 500 /* by fund_imports() */ };

/* Accepted ones, and those that were decided on and left the round later. */
QUERY(fq_archive_proposals, "i", "itttitii",
      "SELECT p.number, p.title, p.title_en, p.field, p.sdgs, p.state, p.stage, p.award FROM fund_proposal p"
      " WHERE p.programme = $1 AND p.number <> 0 AND (p.state = 'accepted' OR EXISTS (SELECT 1 FROM fund_decision_row w"
      " JOIN fund_decision d ON d.id = w.decision WHERE w.proposal = p.id AND d.state = 'confirmed'))"
      " ORDER BY p.number");

struct making {
    struct tx *tx;
    struct arena *a;
    struct programme programme;
    struct fund_round round;
    struct fund_tally tally;
    struct fund_outcome outcome;
    struct archive_panel panels[ARCHIVE_PANELS];
    struct fund_decision decisions[ARCHIVE_PANELS];
    size_t n_panels;
    struct fund_import *imports;
    size_t n_imports;
    VEC(struct zip_entry) files; /* without the manifest */
};

static rc add(struct making *m, str name, str bytes)
{
    struct zip_entry *e = VEC_ADD(&m->files, m->a);
    if (!e || !name.p || !bytes.p)
        return arena_rc(m->a);
    *e = (struct zip_entry){name, bytes};
    return OK;
}

static rc add_copy(struct making *m, str name, const struct buf *text)
{
    TRY(buf_rc(text));
    return add(m, name, arena_str(m->a, buf_str(text)));
}

/* ---- what is read first ---- */

static rc read_panels(struct making *m)
{
    static const enum fund_stage stages[ARCHIVE_PANELS] = {FUND_FIRST, FUND_SECOND, FUND_AWARDED};
    for (int i = 0; i < ARCHIVE_PANELS; i++) {
        struct fund_panel p;
        rc found = fund_panel_get(m->tx, m->programme.id, stages[i], &p);
        if (found == E_NOTFOUND)
            err_clear(tx_err(m->tx));
        if (found == E_NOTFOUND || (found == OK && p.state != FUND_PANEL_DECIDED))
            continue;
        TRY(found);
        struct archive_panel *to = &m->panels[m->n_panels];
        *to = (struct archive_panel){.stage = p.stage,
                                     .score_max = p.score_max,
                                     .per_proposal = p.per_proposal,
                                     .places = p.places,
                                     .calibrated = p.calibrated};
        memcpy(to->weights, p.weights, sizeof to->weights);
        TRY(fund_decision_get(m->tx, p.decision, &m->decisions[m->n_panels++], m->a));
    }
    return OK;
}

/* Those that are done, oldest first. */
static rc read_imports(struct making *m)
{
    struct fund_import *all;
    size_t n;
    TRY(fund_imports(m->tx, m->programme.id, &all, &n, m->a));
    if (n >= IMPORTS_LISTED)
        return ERR(tx_err(m->tx), E_LIMIT, "FND-622", N_("The archive would be too large."));
    m->imports = ARENA_ARRAY(m->a, n + 1, struct fund_import);
    if (!m->imports)
        return arena_rc(m->a);
    for (size_t i = n; i-- > 0;)
        if (str_eq(all[i].state, STR("done")))
            m->imports[m->n_imports++] = all[i];
    return OK;
}

static rc read_round(struct making *m, id programme)
{
    TRY(programme_get(m->tx, programme, &m->programme, m->a));
    TRY(fund_round_get(m->tx, programme, &m->round, m->a));
    TRY(fund_tally_get(m->tx, programme, &m->tally, m->a));
    if (m->tally.state != FUND_TALLY_PUBLISHED)
        return ERR(tx_err(m->tx), E_CONFLICT, "FND-620", N_("The round's result has not been published yet."));
    TRY(fund_outcome_get(m->tx, programme, &m->outcome, m->a));
    TRY(read_panels(m));
    return read_imports(m);
}

/* ---- files ---- */

static rc add_proposals(struct making *m)
{
    VEC(struct archive_proposal) list = {0};
    struct rows r;
    BUF_SCOPED text = BUF_INIT(FUND_ARCHIVE_MOST);
    TRY(db_select(m->tx, &fq_archive_proposals, VALS(v_int(m->programme.id)), &r));
    while (rows_next(&r)) {
        struct archive_proposal *p = VEC_ADD(&list, m->a);
        if (!p)
            break;
        *p = (struct archive_proposal){.number = row_int(&r, 0),
                                       .title = row_dup(&r, 1, m->a),
                                       .title_en = row_dup(&r, 2, m->a),
                                       .field = row_dup(&r, 3, m->a),
                                       .sdgs = (uint32_t)row_int(&r, 4),
                                       .accepted = str_eq(row_text(&r, 5), STR("accepted")),
                                       .stage = (enum fund_stage)row_int(&r, 6),
                                       .award = row_int(&r, 7)};
    }
    TRY(rows_end(&r));
    TRY(arena_rc(m->a));
    archive_proposals_put(list.v, list.n, &text);
    return add_copy(m, STR("proposals.csv"), &text);
}

static rc add_panels(struct making *m)
{
    BUF_SCOPED text = BUF_INIT(1 << 16);
    archive_panels_put(m->panels, m->n_panels, &text);
    TRY(add_copy(m, STR("panels.csv"), &text));
    for (size_t i = 0; i < m->n_panels; i++) {
        struct fund_decision_texts t;
        enum fund_stage s = m->panels[i].stage;
        TRY(fund_decision_texts(m->tx, m->decisions[i].id, &t, m->a));
        TRY(add(m, archive_name(m->a, "reviews", s, ".csv"), t.reviews));
        TRY(add(m, archive_name(m->a, "decisions", s, ".csv"), t.decided));
    }
    return OK;
}

static rc add_imports(struct making *m)
{
    BUF_SCOPED text = BUF_INIT(1 << 20);
    struct archive_import *v = ARENA_ARRAY(m->a, m->n_imports + 1, struct archive_import);
    if (!v)
        return arena_rc(m->a);
    for (size_t i = 0; i < m->n_imports; i++) {
        const struct fund_import *from = &m->imports[i];
        v[i] = (struct archive_import){from->number, from->rows, from->source_code, from->root};
    }
    archive_imports_put(v, m->n_imports, &text);
    return add_copy(m, STR("imports.csv"), &text);
}

static rc add_gifts(struct making *m)
{
    BUF_SCOPED text = BUF_INIT(FUND_ARCHIVE_MOST);
    rc r =
        archive_gifts_text(m->tx, m->imports, m->n_imports, archive_links_donors(m->outcome.rules.method), &text, m->a);
    if (r == E_CORRUPT)
        return ERR(tx_err(m->tx), E_CORRUPT, "FND-625",
                   N_("What was published cannot be put together; see “rise doctor”."));
    TRY(r);
    return add_copy(m, STR("gifts.csv"), &text);
}

static rc add_proof(struct making *m, str name, id entry)
{
    BUF_SCOPED text = BUF_INIT(PROOF_MOST);
    TRY(log_proof_json(m->tx, entry, &text, m->a));
    return add_copy(m, name, &text);
}

static rc add_proofs(struct making *m)
{
    TRY(add_proof(m, STR("log/rules.json"), m->round.rules_entry));
    for (size_t i = 0; i < m->n_panels; i++)
        TRY(add_proof(m, archive_name(m->a, "log/decision", m->panels[i].stage, ".json"), m->decisions[i].log_entry));
    for (size_t i = 0; i < m->n_imports; i++)
        TRY(add_proof(m, arena_printf(m->a, "log/import-%lld.json", (long long)m->imports[i].number),
                      m->imports[i].log_entry));
    return add_proof(m, STR("log/tally.json"), m->tally.log_entry);
}

/* ---- the manifest ---- */

/* The awards' classes as they were when the panel decided. */
static rc read_awards(struct making *m, struct fund_awards *out)
{
    instant at = m->tally.published;
    if (m->n_panels > 0 && m->panels[m->n_panels - 1].stage == FUND_AWARDED)
        at = m->decisions[m->n_panels - 1].proposed;
    return fund_awards_at(m->tx, m->programme.id, instant_day(at), out);
}

static rc manifest_text(struct making *m, struct buf *out)
{
    BUF_SCOPED vkey = BUF_INIT(4096);
    TRY(log_vkey(m->tx, &vkey));
    struct archive_manifest manifest = {.code = m->programme.code,
                                        .name_zh = m->programme.name_zh,
                                        .name_en = m->programme.name_en,
                                        .vkey = buf_str(&vkey),
                                        .gifts_open = m->round.gifts_open,
                                        .gifts_close = m->round.gifts_close,
                                        .places = m->outcome.places,
                                        .n_files = m->files.n};
    manifest.files = ARENA_ARRAY(m->a, m->files.n + 1, struct archive_file);
    if (!manifest.files)
        return arena_rc(m->a);
    for (size_t i = 0; i < m->files.n; i++)
        manifest.files[i] =
            (struct archive_file){m->files.v[i].name, sha256_of(m->files.v[i].bytes), (int64_t)m->files.v[i].bytes.n};
    TRY(read_awards(m, &manifest.awards));
    archive_manifest_put(&manifest, out);
    return buf_rc(out);
}

static rc write_zip(struct making *m, struct buf *zip)
{
    BUF_SCOPED manifest = BUF_INIT(4 << 20);
    struct zip_entry *v = ARENA_ARRAY(m->a, m->files.n + 1, struct zip_entry);
    if (!v)
        return arena_rc(m->a);
    TRY(manifest_text(m, &manifest));
    v[0] = (struct zip_entry){STR("manifest.json"), buf_str(&manifest)};
    memcpy(v + 1, m->files.v, m->files.n * sizeof *v);
    return zip_write(v, m->files.n + 1, zip, tx_err(m->tx));
}

rc fund_archive_write(struct tx *tx, id programme, struct buf *zip, struct arena *a)
{
    struct making m = {.tx = tx, .a = a};
    TRY(read_round(&m, programme));
    TRY(add(&m, STR("rules.json"), m.round.rules));
    TRY(add_proposals(&m));
    TRY(add_panels(&m));
    TRY(add_imports(&m));
    TRY(add_gifts(&m));
    TRY(add(&m, STR("results.csv"), m.outcome.csv));
    TRY(add_proofs(&m));
    return write_zip(&m, zip);
}

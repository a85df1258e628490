/* The module's list of all it brings. */
#include "mod/fund/archive/archive.h"
#include "mod/fund/demo/demo.h"
#include "mod/fund/pages/pages.h"
#include "mod/fund/pages/pages_after.h"
#include "mod/fund/pages/pages_archive.h"
#include "mod/fund/pages/pages_board.h"
#include "mod/fund/pages/pages_effects.h"
#include "mod/fund/pages/pages_gift.h"
#include "mod/fund/pages/pages_result.h"
#include "mod/fund/publish.h"
#include "mod/fund/review.h"

extern const struct migration fund_migrations[];
extern const size_t fund_migrations_n;
extern const struct module fund_module;

/* One table per file of handlers. */
static const struct route_table *const tables[] = {
    &fund_call_routes,           &fund_gallery_routes,      &fund_proposal_routes,     &fund_team_routes,
    &fund_office_routes,         &fund_check_routes,        &fund_reviewer_routes,     &fund_sheet_routes,
    &fund_board_routes,          &fund_board_people_routes, &fund_board_assign_routes, &fund_board_result_routes,
    &fund_board_decision_routes, &fund_decision_routes,     &fund_gift_routes,         &fund_gift_office_routes,
    &fund_gift_import_routes,    &fund_tally_routes,        &fund_whatif_routes,       &fund_result_routes,
    &fund_agreement_routes,      &fund_archive_routes,      &fund_sroi_routes,         &fund_sroi_team_routes,
    &fund_support_routes,        &fund_support_team_routes, &fund_adoption_routes,     NULL,
};

static const struct check_table *const check_tables[] = {
    &(const struct check_table){fund_checks, FUND_CHECKS},
    &(const struct check_table){fund_board_checks, FUND_BOARD_CHECKS},
    &(const struct check_table){fund_result_checks, FUND_RESULT_CHECKS},
    &(const struct check_table){fund_after_checks, FUND_AFTER_CHECKS},
    &(const struct check_table){fund_effect_checks, FUND_EFFECT_CHECKS},
    NULL,
};

static const struct job_kind jobs[] = {
    {FUND_GIFT_JOB, N_("Import of gifts"), fund_gift_job_run, 0},
    {FUND_ARCHIVE_JOB, N_("Archive of a round"), fund_archive_job_run, 0},
    {"fund.corrections", N_("Corrections whose time ran out"), fund_corrections_job_run, 10 * MINUTE},
};

static const struct nav nav[] = {
    {"/fund", N_("The round"), PUBLIC},
    {"/fund/proposals", N_("Proposals"), PUBLIC},
    {"/fund/my", N_("My proposals"), SIGNED_IN},
    {"/fund/office", N_("Office of the fund"), OFFICE},
    {"/fund/gift", N_("Does my gift count?"), PUBLIC},
    {"/fund/results", N_("Results"), PUBLIC},
    {"/fund/figures", N_("Figures"), PUBLIC},
    {"/fund/decisions", N_("Decisions"), PUBLIC},
    {"/fund/adoptions", N_("Who uses it"), PUBLIC},
    {"/fund/sroi", N_("Social return"), PUBLIC},
    {"/fund/support", N_("Support proposals"), SIGNED_IN},
    {"/fund/board", N_("My reviews"), AS_REVIEWER},
    {"/fund/office/board", N_("Review by experts"), OFFICE},
};

const struct module fund_module = {
    .name = "fund",
    .title = N_("Public-interest fund"),
    .card =
        N_("Teams propose, experts choose, many people give. Read the proposals, hand in your own, follow the money."),
    .tables = tables,
    .verbs = fund_verbs,
    .n_verbs = FUND_VERBS,
    .migrations = fund_migrations,
    .n_migrations = &fund_migrations_n,
    .check_tables = check_tables,
    .figures = fund_figures,
    .n_figures = FUND_FIGURES,
    .jobs = jobs,
    .n_jobs = sizeof jobs / sizeof jobs[0],
    .params = &fund_params,
    .nav = nav,
    .n_nav = sizeof nav / sizeof nav[0],
    .demo = fund_demo,
};

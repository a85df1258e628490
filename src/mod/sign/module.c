/* The module's list of all it brings. */
#include "mod/sign/pages/api_rooms.h"
#include "mod/sign/pages/pages_approval.h"
#include "mod/sign/pages/pages_bulk.h"
#include "mod/sign/pages/pages_exclusion.h"
#include "mod/sign/pages/pages_objection.h"
#include "mod/sign/pages/pages_rooms.h"
#include "mod/sign/pages/pages_sign_figures.h"
#include "mod/sign/pages/pages_signer.h"
#include "mod/sign/pages/pages_simulator.h"
#include "mod/sign/pages/pages_verify.h"
#include "mod/sign/pages/pages_witness.h"
#include "mod/sign/rooms/approval.h"
#include "mod/sign/rooms/card.h"
#include "mod/sign/rooms/checks.h"
#include "mod/sign/rooms/demo_impl.h"
#include "mod/sign/rooms/exclusion.h"
#include "mod/sign/rooms/figures.h"
#include "mod/sign/rooms/room.h"
#include "mod/sign/rooms/seal_check.h"
#include "mod/sign/rooms/witness.h"
#include "mod/sign/sign.h"

extern const struct migration sign_migrations[];
extern const size_t sign_migrations_n;
extern const struct module sign_module;

static const char *const alone[] = {"verify", "extend", NULL};

/* One entry a line, for whoever merges. */
/* clang-format off */
static const struct route_table *const tables[] = {
    &sign_verify_routes,
    &sign_rooms_routes,
    &sign_room_draft_routes,
    &sign_room_people_routes,
    &sign_room_place_routes,
    &sign_room_send_routes,
    &sign_room_routes,
    &sign_template_routes,
    &sign_bulk_routes,
    &sign_api_routes,
    &sign_approval_routes,
    &sign_approval_file_routes,
    &sign_device_routes,
    &sign_signer_routes,
    &sign_signer_key_routes,
    &sign_signer_card_routes,
    &sign_signer_leave_routes,
    &sign_witness_routes,
    &sign_witness_owner_routes,
    &sign_notice_routes,
    &sign_offer_routes,
    &sign_objection_routes,
    &sign_offer_text_routes,
    &sign_exclusion_routes,
    &sign_exclusion_office_routes,
    &sign_figure_routes,
    &sign_simulator_routes,
    NULL,
};
/* clang-format on */
static const struct nav nav[] = {
    {"/sign/verify", N_("Check signatures"), PUBLIC},
    {"/sign/rooms", N_("Signing rooms"), ROOM_OWNERS},
    {"/sign/approvals", N_("Approvals"), APPROVAL_MEMBERS},
    {"/sign/devices", N_("My devices"), SIGNED_IN},
    {"/sign/objections", N_("Who wants paper"), ROOM_OWNERS},
    {"/sign/exclusions", N_("Register of exclusions"), PUBLIC},
    {"/sign/figures", N_("Figures"), PUBLIC},
    {"/sign/office/texts", N_("The installation's notice"), EXCLUSION_KEEPERS},
};

static const struct check_table *const check_tables[] = {
    &(const struct check_table){approval_checks, APPROVAL_CHECKS},
    &(const struct check_table){seal_checks, SEAL_CHECKS},
    &(const struct check_table){witness_checks, WITNESS_CHECKS},
    &(const struct check_table){room_checks, ROOM_CHECKS},
    NULL,
};

static const struct job_kind jobs[] = {
    {"sign.finish", N_("Documents that everybody has signed are sealed for the long term"), seal_job, SEAL_JOB_EVERY},
    {"sign.rooms", N_("Signing rooms: reminders, and the end of those whose time is up"), rooms_job, 5 * MINUTE},
    {BULK_JOB, N_("Sending to a list"), bulk_run, 0},
    {"sign.approvals", N_("Reminders of documents past their deadline"), approval_job_run, 10 * MINUTE},
    {"sign.recordings", N_("Recordings are removed when their time has come"), witness_job, HOUR},
    {"sign.notices", N_("Silence that becomes consent; exclusions that lapse soon"), objection_job, MINUTE},
    {"sign.cards", N_("Signatures by card: speaking to the service"), card_job_run, CARD_JOB_EVERY},
};

static rc demo(struct app *app, const struct demo *d, struct err *err)
{
    TRY(rooms_demo(app, d, err));
    TRY(witness_demo(app, d, err));
    return approvals_demo(app, d, err);
}

const struct module sign_module = {
    .name = "sign",
    .title = N_("Electronic signatures"),
    .card = N_("Have documents signed, approve them, or check a signed one: is it genuine, unchanged, and what does "
               "the law make of it?"),
    .tables = tables,
    .nav = nav,
    .n_nav = sizeof nav / sizeof nav[0],
    .verbs = sign_verbs,
    .n_verbs = SIGN_VERBS,
    .migrations = sign_migrations,
    .n_migrations = &sign_migrations_n,
    .check_tables = check_tables,
    .alone = alone,
    .jobs = jobs,
    .n_jobs = sizeof jobs / sizeof jobs[0],
    .figures = sign_figures,
    .n_figures = SIGN_FIGURES,
    .params = &sign_params,
    .init = sign_init,
    .demo = demo,
};

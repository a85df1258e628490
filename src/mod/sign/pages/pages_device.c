/* One's own devices that can sign: enrol, list, remove. */
#include "device.view.h"
#include "mod/sign/pages/pages_approval.h"
#include "mod/sign/trust/trust.h"
#include "web/dispatch.h"

enum { ADDRESS_MAX = 2000 };

INPUT(next_in, {.name = "next", .type = F_TEXT, .max = ADDRESS_MAX, .label = N_("Page to go to afterwards")});
INPUT(enrol_in,
      {.name = "label",
       .type = F_TEXT,
       .required = true,
       .max = DEVICE_LABEL_MAX,
       .label = N_("Name of this device"),
       .hint = N_("So that you know it again, for example office phone.")},
      {.name = "request",
       .type = F_TEXT,
       .max = DEVICE_REQUEST_MAX,
       .label = N_("Certificate request made by this browser")},
      {.name = "request_file",
       .type = F_FILE,
       .max = DEVICE_REQUEST_MAX,
       .label = N_("Certificate request"),
       .hint = N_("The file that the command wrote (PKCS#10).")},
      {.name = "next", .type = F_TEXT, .max = ADDRESS_MAX, .label = N_("Page to go to afterwards")});

static bool can_certify(struct ctx *c)
{
    struct trust_authority by;
    rc r = trust_authority_named(c->tx, c->arena, STR_EMPTY, &by);
    if (r != OK)
        err_clear(tx_err(c->tx));
    return r == OK;
}

static rc devices_read(struct ctx *c)
{
    struct devices_page p = {.spec = &enrol_in, .now = c->now, .ready = can_certify(c)};
    str next = c->in.spec ? in_value(&c->in, "next")->raw : STR_EMPTY;
    p.next = next.n > 0 ? local_path(next) : STR_EMPTY;
    TRY(devices_of(c->tx, c->session.account, &p.v, &p.n, c->arena));
    view_sign_devices(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc enrol_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    str next = in_text(&c->in, "next");
    str request =
        in_given(&c->in, "request") ? in_text(&c->in, "request") : in_value(&c->in, "request_file")->file.bytes;
    id device;
    TRY(device_enrol(&x, c->app, in_text(&c->in, "label"), request, &device));
    flash(c, N_("The device was enrolled: you can approve with it now."));
    return go(c, "%.*s", STR_ARG(next.n > 0 ? local_path(next) : STR("/sign/devices")));
}

static rc remove_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    id device;
    TRY(path_id(c, "id", &device));
    TRY(device_revoke(&x, c->app, device));
    flash(c, N_("The device was removed: its certificate is revoked. Earlier approvals stay valid."));
    return go(c, "/sign/devices");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/devices",
     .perm = SIGNED_IN,
     .in = &next_in,
     .read = devices_read,
     .summary = N_("Your devices that can sign")},
    {.method = HTTP_POST,
     .path = "/sign/devices",
     .perm = SIGNED_IN,
     .in = &enrol_in,
     .write = enrol_write,
     .form = devices_read,
     .summary = N_("Enrol a device")},
    {.method = HTTP_POST,
     .path = "/sign/devices/{id}/remove",
     .perm = SIGNED_IN,
     .write = remove_write,
     .form = devices_read,
     .summary = N_("Remove a device: its certificate is revoked")},
};
const struct route_table sign_device_routes = {"sign", routes, sizeof routes / sizeof routes[0]};

/* Every move of an order: a page that says what it means, and the deed. Rating and reporting are moves like the others.
 */
#include "mod/market/pages.h"
#include "move.view.h"

INPUT(withdraw_in,
      {.name = "reason", .type = F_LINES, .max = 1000, .label = N_("Reason"), .hint = N_("The vendor reads it.")});
INPUT(reason_in, {.name = "reason",
                  .type = F_LINES,
                  .required = true,
                  .max = 1000,
                  .label = N_("Reason"),
                  .hint = N_("It stays with the order and both sides read it.")});
INPUT(dispute_in,
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = 1000,
       .label = N_("What is wrong?"),
       .hint =
           N_("Say what was promised, what happened, and since when. The vendor and the programme's office read it.")});
INPUT(activate_in,
      {.name = "invoice",
       .type = F_TEXT,
       .required = true,
       .max = 10,
       .label = N_("Number of the uniform invoice"),
       .hint = N_("Two capital letters and eight digits, over the full list price, for example AB12345678.")},
      {.name = "own_share_received",
       .type = F_BOOL,
       .label = N_("We have received the own share from the firm's own account and will not pay any of it back.")});
static const struct choice decisions[] = {{"uphold", N_("The vendor is right: the points stay paid or are paid now")},
                                          {"refund", N_("The firm is right: the points return")},
                                          {NULL, NULL}};
INPUT(decide_in,
      {.name = "decision", .type = F_CHOICE, .choices = decisions, .required = true, .label = N_("Decision")},
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = 1000,
       .label = N_("Reason"),
       .hint = N_("Both sides read it.")});
INPUT(rate_in, {.name = "ease", .type = F_INT, .min = 1, .max = 5, .required = true, .label = N_("Easy to use")},
      {.name = "function", .type = F_INT, .min = 1, .max = 5, .required = true, .label = N_("Does what we need")},
      {.name = "support", .type = F_INT, .min = 1, .max = 5, .required = true, .label = N_("Support")},
      {.name = "value", .type = F_INT, .min = 1, .max = 5, .required = true, .label = N_("Worth its price")},
      {.name = "text",
       .type = F_LINES,
       .max = 1000,
       .label = N_("What should the next firm know?"),
       .hint = N_("Everybody reads it, with your trade and county but not your name.")});
INPUT(report_in,
      {.name = "kind", .type = F_CHOICE, .choices = mkt_report_kinds, .required = true, .label = N_("What happened?")},
      {.name = "text",
       .type = F_LINES,
       .required = true,
       .max = 2000,
       .label = N_("Tell us more"),
       .hint = N_("Who offered what, when and how. Only the programme's office reads this; the vendor does not learn "
                  "that you wrote.")});

struct move {
    const char *name; /* last segment of the address */
    enum mkt_move bit;
    const struct input_spec *spec;
    const char *title, *text, *button, *done; /* msgids */
    bool warning, danger;                     /* cannot be undone; takes something away */
    rc (*run)(const struct act *x, id order, const struct input *in);
};

static rc accept_(const struct act *x, id order, const struct input *in)
{
    (void)in;
    return mkt_order_accept(x, order);
}
static rc decline(const struct act *x, id order, const struct input *in)
{
    return mkt_order_decline(x, order, in_text(in, "reason"));
}
static rc withdraw(const struct act *x, id order, const struct input *in)
{
    return mkt_order_withdraw(x, order, in_text(in, "reason"));
}
static rc activate(const struct act *x, id order, const struct input *in)
{
    return mkt_order_activate(x, order, in_text(in, "invoice"), in_bool(in, "own_share_received"));
}
static rc confirm_use(const struct act *x, id order, const struct input *in)
{
    (void)in;
    return mkt_usage_confirm(x, order);
}
static rc dispute(const struct act *x, id order, const struct input *in)
{
    return mkt_order_dispute(x, order, in_text(in, "reason"));
}
static rc decide(const struct act *x, id order, const struct input *in)
{
    return mkt_order_decide(x, order, strcmp(in_choice(in, "decision"), "refund") == 0, in_text(in, "reason"));
}
static rc refund(const struct act *x, id order, const struct input *in)
{
    return mkt_order_refund(x, order, in_text(in, "reason"));
}
static rc rate(const struct act *x, id order, const struct input *in)
{
    id rating;
    const int64_t stars[MKT_ASPECTS] = {in_int(in, "ease"), in_int(in, "function"), in_int(in, "support"),
                                        in_int(in, "value")};
    return mkt_rate(x, order, stars, in_text(in, "text"), &rating);
}
static rc report(const struct act *x, id order, const struct input *in)
{
    id made;
    return mkt_report_add(x, order, str_of(in_choice(in, "kind")), in_text(in, "text"), &made);
}

static const struct move moves[] = {
    {"accept", MKT_DO_ACCEPT, NULL, N_("Accept the order"),
     N_("You then send the invoice over the list price, receive the own share and activate the service within the time "
        "shown."),
     N_("Accept the order"), N_("The order was accepted. The firm has been told."), false, false, accept_},
    {"decline", MKT_DO_DECLINE, &reason_in, N_("Decline the order"),
     N_("The points return to the firm. This cannot be undone."), N_("Decline the order"),
     N_("The order was declined. The firm has been told."), true, true, decline},
    {"withdraw", MKT_DO_WITHDRAW, &withdraw_in, N_("Withdraw the order"),
     N_("The reserved points return to you at once and can be used for another service. This cannot be undone; you can "
        "order again."),
     N_("Withdraw the order"), N_("The order was withdrawn. The points are back."), true, true, withdraw},
    {"activate", MKT_DO_ACTIVATE, &activate_in, N_("Activate the service"),
     N_("The term begins today. The points are paid to you after first use."), N_("Activate the service"),
     N_("The service is activated. The firm has been told."), false, false, activate},
    {"use", MKT_DO_CONFIRM_USE, NULL, N_("Confirm first use"),
     N_("You confirm that you have used the service. The points are then paid to the vendor at once. This cannot be "
        "undone."),
     N_("Yes, we have used it"), N_("Thank you. The points were paid to the vendor, and you can rate the service now."),
     true, false, confirm_use},
    {"dispute", MKT_DO_DISPUTE, &dispute_in, N_("Object"),
     N_("The programme's office looks at both sides and decides. Until then the points stay where they are."),
     N_("Send the objection"), N_("The objection was sent. The programme's office will decide."), true, false, dispute},
    {"decide", MKT_DO_DECIDE, &decide_in, N_("Decide the dispute"),
     N_("Both sides are told, and the decision enters the public log."), N_("Decide"),
     N_("The dispute was decided. Both sides have been told."), true, false, decide},
    {"refund", MKT_DO_REFUND, &reason_in, N_("Take the points back from the vendor"),
     N_("The points return to the firm, or to the budget when they have expired. What was paid out already is set off "
        "against the vendor's next payouts."),
     N_("Return the points"), N_("The points were returned. Both sides have been told."), true, true, refund},
    {"rate", MKT_DO_RATE, &rate_in, N_("Rate the service"),
     N_("Once for each order, and not changed afterwards: one to five stars for four questions. The vendor may reply "
        "once."),
     N_("Publish the rating"), N_("Thank you. Your rating is published."), false, false, rate},
    {"report", MKT_DO_REPORT, &report_in, N_("Report a problem with this order"),
     N_("People read every report. Nothing happens by itself."), N_("Send the report"),
     N_("Thank you. The programme's office will look into it."), false, false, report},
};

/* Which move the address names; the routes below list no other ones. */
static const struct move *move_of(const struct ctx *c)
{
    str rest = c->req->path, last = STR_EMPTY;
    while (rest.p)
        last = str_cut(&rest, '/');
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (str_eq(last, str_of(moves[i].name)))
            return &moves[i];
    return NULL;
}

static rc move_read(struct ctx *c)
{
    const struct move *m = move_of(c);
    struct mkt_order o;
    if (!m)
        return E_NOTFOUND;
    TRY(mkt_order_of(c, &o));
    str order = arena_printf(c->arena, "/market/orders/%s", id_shown(c, o.id));
    if (!(mkt_order_moves(&o, &c->session) & 1u << m->bit) && c->err.code == OK) {
        flash(c, N_("This is not possible any more: the order has moved on."));
        return go(c, "%.*s", STR_ARG(order));
    }
    struct mkt_move_page p = {.o = &o,
                              .spec = m->spec,
                              .title = m->title,
                              .text = m->text,
                              .button = m->button,
                              .warning = m->warning,
                              .danger = m->danger,
                              .action = c->req->path,
                              .back = order};
    view_market_move(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc move_write(struct tx *tx, struct ctx *c)
{
    const struct move *m = move_of(c);
    struct act x = ACT(tx, c);
    id order;
    if (!m)
        return E_NOTFOUND;
    TRY(path_id(c, "id", &order));
    TRY(m->run(&x, order, &c->in));
    flash(c, m->done);
    return go(c, "/market/orders/%s", id_shown(c, order));
}

#define MOVE(name_, perm_, spec_, ask_, do_)                                                                           \
    {.method = HTTP_GET, .path = "/market/orders/{id}/" name_, .perm = (perm_), .read = move_read, .summary = (ask_)}, \
    {                                                                                                                  \
        .method = HTTP_POST, .path = "/market/orders/{id}/" name_, .perm = (perm_), .in = (spec_),                     \
        .write = move_write, .form = move_read, .summary = (do_)                                                       \
    }

static const struct route routes[] = {
    MOVE("accept", AS_VENDOR, NULL, N_("Accept an order: confirmation"), N_("Accept an order")),
    MOVE("decline", AS_VENDOR, &reason_in, N_("Decline an order: confirmation"), N_("Decline an order")),
    MOVE("activate", AS_VENDOR, &activate_in, N_("Activate a service: invoice"), N_("Activate a service")),
    MOVE("withdraw", AS_FIRM, &withdraw_in, N_("Withdraw an order: confirmation"), N_("Withdraw an order")),
    MOVE("use", AS_FIRM, NULL, N_("Confirm first use: confirmation"), N_("Confirm first use")),
    MOVE("dispute", AS_FIRM, &dispute_in, N_("Object: reason"), N_("Object to an order")),
    MOVE("rate", AS_FIRM, &rate_in, N_("Rate a service: form"), N_("Rate a service")),
    MOVE("report", AS_FIRM, &report_in, N_("Report a problem: form"), N_("Report a problem")),
    MOVE("decide", AS_OFFICER | AS_ADMIN, &decide_in, N_("Decide a dispute: form"), N_("Decide a dispute")),
    MOVE("refund", AS_OFFICER | AS_ADMIN, &reason_in, N_("Return an order's points: reason"),
         N_("Return an order's points")),
};
const struct route_table mkt_order_move_routes = {"market", routes, sizeof routes / sizeof routes[0]};

/* The states and moves of an order in words, and which moves a person may make. */
#include "mod/market/parts.h"

/* What stands on the order's page about a state, in words to the one who reads: the buyer, the vendor, the office. */
static const struct {
    const char *name, *label, *firm, *vendor, *office;
} states[MKT_ORDER_STATES] = {
    [MKT_PLACED] = {"placed", N_("Placed"),
                    N_("The vendor answers within the time shown. The points are reserved for this order."),
                    N_("Accept or decline within the time shown. The buyer's points are reserved for this order."),
                    N_("The vendor answers within the time shown. The buyer's points are reserved for this order.")},
    [MKT_ACCEPTED] = {"accepted", N_("Accepted"),
                      N_("The vendor sends you the invoice, receives your own share and activates the service."),
                      N_("Send the invoice, receive the own share, then activate the service."),
                      N_("The vendor sends the invoice, receives the own share and activates the service.")},
    [MKT_ACTIVATED] = {"activated", N_("Activated"),
                       N_("Use the service once. The vendor reports the first use, or you confirm it here. Without use "
                          "the points return to you."),
                       N_("Report the first use from your program, or the buyer confirms it. Without use the points "
                          "return to the buyer."),
                       N_("The vendor reports the first use, or the buyer confirms it. Without use the points return "
                          "to the buyer.")},
    [MKT_USED] = {"used", N_("Used"),
                  N_("First use was reported. The points go to the vendor when your time to object is over."),
                  N_("First use was reported. The points go to you when the buyer's time to object is over."),
                  N_("First use was reported. The points go to the vendor when the time to object is over.")},
    [MKT_CAPTURED] = {"captured", N_("Points paid"),
                      N_("The points belong to the vendor now. You can rate the service."),
                      N_("The points are yours. Your statement shows when they are paid out."),
                      N_("The points belong to the vendor now.")},
    [MKT_CLOSED] = {"closed", N_("Ended"), N_("The term is over."), N_("The term is over."), N_("The term is over.")},
    [MKT_DECLINED] = {"declined", N_("Declined"), N_("The vendor declined. The points are back with you."),
                      N_("You declined the order. The points are back with the buyer."),
                      N_("The vendor declined. The points are back with the buyer.")},
    [MKT_ORDER_WITHDRAWN] = {"withdrawn", N_("Withdrawn"), N_("You withdrew the order. The points are back with you."),
                             N_("The buyer withdrew the order. The points are back with the buyer."),
                             N_("The buyer withdrew the order. The points are back with the buyer.")},
    [MKT_LAPSED] = {"lapsed", N_("Lapsed"), N_("The time ran out. The points are back with you."),
                    N_("The time ran out. The points are back with the buyer."),
                    N_("The time ran out. The points are back with the buyer.")},
    [MKT_DISPUTED] =
        {"disputed", N_("Disputed"),
         N_("You have objected. The programme's office decides; until then the points stay where they are."),
         N_("The buyer has objected. The programme's office decides; until then the points stay where "
            "they are."),
         N_("The buyer has objected. The programme's office decides; until then the points stay where "
            "they are.")},
    [MKT_REFUNDED] = {"refunded", N_("Refunded"),
                      N_("The points are back with you, or in the budget when they had expired."),
                      N_("The points are back with the buyer. What was paid out to you already is set off against your "
                         "next payout."),
                      N_("The points are back with the buyer, or in the budget when they had expired.")},
};

const char *mkt_order_state_name(enum mkt_order_state s)
{
    return states[s].name;
}

const char *mkt_order_state_label(enum mkt_order_state s)
{
    return states[s].label;
}

const char *mkt_order_state_help(const struct mkt_order *o, const struct session *by)
{
    if (by->party == o->firm && (by->perms & AS_FIRM))
        return states[o->state].firm;
    if (by->party == o->vendor && (by->perms & AS_VENDOR))
        return states[o->state].vendor;
    return states[o->state].office;
}

bool mkt_order_state_parse(str name, enum mkt_order_state *out)
{
    for (int i = 0; i < MKT_ORDER_STATES; i++)
        if (str_eq(name, str_of(states[i].name))) {
            *out = (enum mkt_order_state)i;
            return true;
        }
    return false;
}

const char *mkt_move_label(str move)
{
    static const struct {
        const char *move, *label;
    } moves[] = {
        {"place", N_("Ordered")},
        {"renew", N_("Renewed")},
        {"accept", N_("Accepted by the vendor")},
        {"decline", N_("Declined by the vendor")},
        {"withdraw", N_("Withdrawn by the firm")},
        {"activate", N_("Service activated")},
        {"use", N_("First use")},
        {"capture", N_("Points paid to the vendor")},
        {"lapse", N_("Time ran out")},
        {"dispute", N_("Disputed by the firm")},
        {"uphold", N_("Dispute decided for the vendor")},
        {"refund", N_("Points returned by the programme's office")},
        {"close", N_("Term ended")},
    };
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (str_eq(move, str_of(moves[i].move)))
            return moves[i].label;
    return "";
}

static uint32_t firm_moves(const struct mkt_order *o)
{
    uint32_t m = 1u << MKT_DO_REPORT;
    if (o->state == MKT_PLACED || o->state == MKT_ACCEPTED)
        m |= 1u << MKT_DO_WITHDRAW;
    if (o->state == MKT_ACTIVATED)
        m |= 1u << MKT_DO_CONFIRM_USE;
    if (o->state == MKT_ACTIVATED || o->state == MKT_USED || (o->state == MKT_CAPTURED && o->payout == 0))
        m |= 1u << MKT_DO_DISPUTE;
    if (o->captured != 0 && !o->rated && o->state != MKT_REFUNDED)
        m |= 1u << MKT_DO_RATE;
    if ((o->state == MKT_CAPTURED || o->state == MKT_CLOSED) && o->renewed_by == 0)
        m |= 1u << MKT_DO_RENEW;
    return m;
}

static uint32_t vendor_moves(const struct mkt_order *o)
{
    if (o->state == MKT_PLACED)
        return 1u << MKT_DO_ACCEPT | 1u << MKT_DO_DECLINE;
    return o->state == MKT_ACCEPTED ? 1u << MKT_DO_ACTIVATE : 0;
}

static uint32_t officer_moves(const struct mkt_order *o)
{
    if (o->state == MKT_DISPUTED)
        return 1u << MKT_DO_DECIDE;
    return o->state == MKT_CAPTURED || o->state == MKT_CLOSED ? 1u << MKT_DO_REFUND : 0;
}

uint32_t mkt_order_moves(const struct mkt_order *o, const struct session *by)
{
    uint32_t m = 0;
    if (by->party == o->firm && (by->perms & AS_FIRM))
        m |= firm_moves(o);
    if (by->party == o->vendor && (by->perms & AS_VENDOR))
        m |= vendor_moves(o);
    if (act_is_officer(by))
        m |= officer_moves(o);
    return m;
}

/* A trusted list with one service, the CA of test_keys.h, signed by whom one likes. */
#ifndef RISE_SIGN_TEST_TSL_H
#define RISE_SIGN_TEST_TSL_H
#include "mod/sign/engine/test_signer.h"
#include "mod/sign/engine/xades.h"

enum { ROOM = 1 << 20 };

static const char list_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\" TSLTag=\"http://uri.etsi.org/19612/TSLTag\">"
    "<SchemeInformation><TSLVersionIdentifier>6</TSLVersionIdentifier><TSLSequenceNumber>17</TSLSequenceNumber>"
    "<SchemeName><Name xml:lang=\"en\">XX:Supervision</Name></SchemeName><SchemeTerritory>XX</SchemeTerritory>"
    "<ListIssueDateTime>2026-12-01T00:00:00Z</ListIssueDateTime>"
    "<NextUpdate><dateTime>2027-05-25T00:00:00Z</dateTime></NextUpdate></SchemeInformation>"
    "<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName><Name xml:lang=\"zh\">測試</Name>"
    "</TSPName></TSPInformation><TSPServices>";
static const char list_foot[] =
    "</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>";

#define SVC    "http://uri.etsi.org/TrstSvc/Svctype/"
#define STATUS "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
#define FOR    "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/For"

static inline void put_info(struct buf *b, const char *type, const char *status, const char *from, const char *more)
{
    buf_printf(b,
               "<ServiceTypeIdentifier>" SVC "%s</ServiceTypeIdentifier><ServiceName><Name xml:lang=\"en\">one</Name>"
               "</ServiceName>%s<ServiceStatus>" STATUS "%s</ServiceStatus><StatusStartingTime>%s</StatusStartingTime>",
               type, more, status, from);
}

struct service {
    const char *type, *status, *from, *extension, *history; /* NULL: none */
};

static inline void put_service(struct arena *a, struct buf *b, const struct service *s)
{
    BUF_SCOPED identity = BUF_INIT(ROOM);
    buf_put(&identity, STR("<ServiceDigitalIdentity><DigitalId><X509Certificate>"));
    buf_base64(&identity, test_cert(a, test_ca_pem)->der);
    buf_put(&identity, STR("</X509Certificate></DigitalId><DigitalId><X509SKI>AAAA</X509SKI></DigitalId>"
                           "</ServiceDigitalIdentity>"));
    buf_put(b, STR("<TSPService><ServiceInformation>"));
    put_info(b, s->type, s->status, s->from, identity.p);
    if (s->extension)
        buf_printf(
            b,
            "<ServiceInformationExtensions><Extension Critical=\"true\">%s</Extension></ServiceInformationExtensions>",
            s->extension);
    buf_put(b, STR("</ServiceInformation>"));
    if (s->history) {
        buf_put(b, STR("<ServiceHistory><ServiceHistoryInstance>"));
        put_info(b, s->type, s->history, "2020-01-01T00:00:00Z", "");
        buf_put(b, STR("</ServiceHistoryInstance></ServiceHistory>"));
    }
    buf_put(b, STR("</TSPService>"));
}

static inline str signed_by(struct arena *a, const struct signer *s, str xml)
{
    BUF_SCOPED out = BUF_INIT(ROOM);
    const struct sign_data data = {.mime = STR("application/xml"), .bytes = xml};
    t_ok(xades_make(a,
                    &(struct xades_request){.form = XADES_ENVELOPED,
                                            .key = test_key(a, s->key),
                                            .cert = test_cert(a, s->cert),
                                            .time = noon,
                                            .data = &data,
                                            .n_data = 1},
                    &out, NULL));
    return arena_str(a, buf_str(&out));
}

static inline str list_text(struct arena *a, const struct service *s)
{
    BUF_SCOPED b = BUF_INIT(ROOM);
    buf_put(&b, str_of(list_head));
    put_service(a, &b, s);
    buf_put(&b, str_of(list_foot));
    return arena_str(a, buf_str(&b));
}

static const struct service plain = {"CA/QC", "granted", "2024-01-01T00:00:00Z", NULL, NULL};
#endif

/* Object identifiers, as the contents octets that crypto/der.h reads and writes. */
#ifndef RISE_CRYPTO_OID_H
#define RISE_CRYPTO_OID_H
#include "base/str.h"

/* Keys and signatures (RFC 3279, 4055, 5480, 5758, 8410). */
extern const str oid_rsa;
extern const str oid_rsa_pss;
extern const str oid_mgf1;
extern const str oid_md5_rsa;
extern const str oid_sha1_rsa;
extern const str oid_sha256_rsa;
extern const str oid_sha384_rsa;
extern const str oid_sha512_rsa;
extern const str oid_ec;
extern const str oid_sha1_ecdsa;
extern const str oid_sha256_ecdsa;
extern const str oid_sha384_ecdsa;
extern const str oid_sha512_ecdsa;
extern const str oid_ed25519;

/* Digests (RFC 3279, 4055; SHA-3: NIST CSOR). */
extern const str oid_md5;
extern const str oid_sha1;
extern const str oid_sha256;
extern const str oid_sha384;
extern const str oid_sha512;
extern const str oid_sha3_256;
extern const str oid_sha3_512;

/* CMS and its attributes (RFC 5652, 5035, 3161, 5126; ETSI EN 319 122-1). */
extern const str oid_data;
extern const str oid_signed_data;
extern const str oid_content_type;
extern const str oid_message_digest;
extern const str oid_signing_time;
extern const str oid_signing_cert;
extern const str oid_signing_cert_v2;
extern const str oid_commitment;
extern const str oid_signature_policy;
extern const str oid_signature_ts;
extern const str oid_cert_values;
extern const str oid_revocation_values;
extern const str oid_tst_info;
extern const str oid_archive_ts_v3;
extern const str oid_ats_hash_index_v3;
extern const str oid_algorithm_protect; /* RFC 6211 */
extern const str oid_ri_ocsp_response;  /* RFC 5940 */
extern const str oid_sp_uri;            /* id-spq-ets-uri */

/* X.509 (RFC 5280, 6960). */
extern const str oid_subject_key_id;
extern const str oid_key_usage;
extern const str oid_subject_alt_name;
extern const str oid_basic_constraints;
extern const str oid_crl_number;
extern const str oid_crl_reason;
extern const str oid_name_constraints;
extern const str oid_delta_crl;
extern const str oid_issuing_point;
extern const str oid_certificate_issuer;
extern const str oid_freshest_crl;
extern const str oid_invalidity_date;
extern const str oid_expired_certs_on_crl;
extern const str oid_ocsp_archive_cutoff;
extern const str oid_crl_points;
extern const str oid_policies;
extern const str oid_any_policy;
extern const str oid_authority_key_id;
extern const str oid_ext_key_usage;
extern const str oid_authority_info;
extern const str oid_ad_ocsp;
extern const str oid_ad_ca_issuers;
extern const str oid_ocsp_basic;
extern const str oid_ocsp_nonce;
extern const str oid_ocsp_nocheck;
extern const str oid_eku_timestamping;
extern const str oid_eku_ocsp_signing;
extern const str oid_eku_email;
extern const str oid_eku_document; /* RFC 9336 */
extern const str oid_qc_statements;
extern const str oid_policy_cps;
extern const str oid_extension_request; /* PKCS#9 (RFC 2985) */
extern const str oid_qcs_compliance;    /* ETSI EN 319 412-5 */
extern const str oid_qcs_device;
extern const str oid_qcs_pds;
extern const str oid_qcs_type;
extern const str oid_qct_esign;
extern const str oid_qct_eseal;

/* Names (X.520). */
extern const str oid_common_name;
extern const str oid_serial_number;
extern const str oid_country;
extern const str oid_organisation;
extern const str oid_organisation_id;

#endif

//! Who the platform is to OPC UA servers, and who they are to it: a certificate of its own, made at first
//! need, and the one certificate of the server that a source names.

use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use opcua_client::Client;
use opcua_crypto::{CertificateStore, SecurityPolicy, X509Data};
use opcua_types::{EndpointDescription, MessageSecurityMode};
use sha2::{Digest as _, Sha256};

use super::rules::fingerprint;

/// The name of the platform in its certificate and to servers.
pub(super) const APPLICATION_URI: &str = "urn:sandan";
/// Where the certificate lies within the folder, DER: servers are to trust it.
pub(super) const CERTIFICATE: &str = "own/cert.der";
/// Where its private key lies, PEM.
pub(super) const KEY: &str = "private/private.pem";
/// The certificate ends after twenty years: servers trust it by itself, and nobody would renew it in time.
const DAYS: u32 = 7_300;
/// Endpoints of a server that are looked at.
const ENDPOINTS_MAX: usize = 100;

/// Sees to it that there are a certificate and its key in `folder`. Takes seconds when there are none.
pub(super) fn ensure(folder: &Path) -> Result<(), String> {
    // Two sources must not make two of them.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    if certificate.exists() && key.exists() {
        return Ok(());
    }
    let refuse = |cause: String| {
        let folder = folder.display();
        format!("the certificate of the platform cannot be made in {folder} ({cause})")
    };
    for path in [&certificate, &key] {
        let parent = path.parent().unwrap_or(folder);
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent);
        made.map_err(|error| refuse(error.to_string()))?;
    }
    let asked = X509Data {
        key_size: 2_048,
        common_name: "Sandan".to_owned(),
        organization: "Sandan".to_owned(),
        organizational_unit: "Sandan".to_owned(),
        country: "KR".to_owned(),
        state: "KR".to_owned(),
        alt_host_names: X509Data::alt_host_names(APPLICATION_URI, None, false, true, false),
        certificate_duration_days: DAYS,
    };
    CertificateStore::create_certificate_and_key(&asked, true, &certificate, &key)
        .map_err(refuse)?;
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&key, private).map_err(|error| refuse(error.to_string()))
}

/// The endpoint of the server that signs and encrypts, if it shows the certificate with this SHA-256.
pub(super) async fn trusted_endpoint(
    client: &Client,
    url: &str,
    trusted: &str,
) -> Result<EndpointDescription, String> {
    let endpoints = client.get_server_endpoints_from_url(url).await;
    let endpoints =
        endpoints.map_err(|error| format!("its endpoints cannot be asked ({error})"))?;
    let mut shown = None;
    for mut endpoint in endpoints.into_iter().take(ENDPOINTS_MAX) {
        let is_secure = endpoint.security_mode == MessageSecurityMode::SignAndEncrypt
            && endpoint.security_policy_uri.as_ref() == SecurityPolicy::Basic256Sha256.to_uri();
        if !is_secure {
            continue;
        }
        let print = print_of(endpoint.server_certificate.as_ref());
        if Some(&print) == fingerprint(trusted).as_ref() {
            // A server may know itself under a name that we cannot reach.
            endpoint.endpoint_url = url.into();
            return Ok(endpoint);
        }
        shown = Some(print);
    }
    Err(match shown {
        Some(print) => format!(
            "the server shows a certificate that is not the trusted one (SHA-256 {print}): if it \
             was renewed, compare it at the server and change the source"
        ),
        None => {
            "the server offers no Basic256Sha256 with signing and encryption: switch it on there"
                .to_owned()
        }
    })
}

/// SHA-256 of the certificate itself, where a server sends its issuers along.
fn print_of(chain: &[u8]) -> String {
    let certificate = match x509_parser::parse_x509_certificate(chain) {
        Ok((issuers, _)) => &chain[..chain.len() - issuers.len()],
        Err(_) => chain,
    };
    base::hex(&Sha256::digest(certificate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificate_is_made_once_and_its_key_is_for_the_owner_only() {
        let folder = platform::testing::temp_dir("opcua-identity");
        ensure(&folder).unwrap();
        let certificate = std::fs::read(folder.join(CERTIFICATE)).unwrap();
        let (rest, read) = x509_parser::parse_x509_certificate(&certificate).unwrap();
        assert!(rest.is_empty() && read.subject().to_string().contains("Sandan"));
        let mode = std::fs::metadata(folder.join(KEY)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        ensure(&folder).unwrap();
        assert_eq!(std::fs::read(folder.join(CERTIFICATE)).unwrap(), certificate);
        // Issuers behind it do not count.
        let alone = print_of(&certificate);
        assert_eq!(print_of(&[certificate.clone(), certificate].concat()), alone);
    }
}

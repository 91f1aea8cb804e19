//! TLS of a door: its own certificate from files, and any certificate of a device whose key it holds.

use std::sync::Arc;

use rmqtt::net::tls_provider;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::danger::HandshakeSignatureValid;
use tokio_rustls::rustls::crypto::{
    CryptoProvider, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::{
    DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
};

use crate::ingress::mqtt::TlsFiles;

/// TLS 1.2 and 1.3 with these files. `Err`: what is wrong with them.
pub(super) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, String> {
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|cause| format!("the certificate: {cause}"))?;
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|cause| format!("the key: {cause}"))?;
    let provider = Arc::new(tls_provider::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_client_cert_verifier(Arc::new(Possession(provider))))
        .and_then(|builder| builder.with_single_cert(chain, key))
        .map_err(|cause| cause.to_string())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Asks for a certificate, lets in without one too, and believes nothing that stands in it: the signature
/// of the handshake proves that the device holds its key. Whether the registry knows it is asked at the
/// sign-in, when its validity and its revocation are looked at.
#[derive(Debug)]
struct Possession(Arc<CryptoProvider>);

impl ClientCertVerifier for Possession {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

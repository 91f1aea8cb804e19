//! What makes a good connection, and how long to leave a server alone. Pure.

use std::time::Duration;

use base::FieldError;

use super::{
    INTERVAL_S_MAX, INTERVAL_S_MIN, SECRET_MAX, VtnConnection, VtnConnectionError,
    VtnConnectionTerms,
};

/// The wait after the first failure, before jitter.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// How long a server is left alone that says no for good.
const REFUSED_WAIT: Duration = Duration::from_mins(15);

/// What a form left empty is absent.
pub(crate) fn tidy(mut terms: VtnConnectionTerms) -> VtnConnectionTerms {
    let given = |text: &String| !text.trim().is_empty();
    terms.token_url = terms.token_url.filter(given);
    terms.program = terms.program.filter(given);
    terms
}

/// Refuses a connection that could not be called, or may not be: `hosts` are those that the operator named.
pub(crate) fn check(
    terms: &VtnConnectionTerms,
    secret: Option<&str>,
    hosts: &[String],
) -> Result<(), VtnConnectionError> {
    let mut wrong = Vec::new();
    let mut text = |field: &str, text: &str, most: usize| {
        let count = text.chars().count();
        if count == 0 || count > most || text.chars().any(char::is_control) {
            wrong.push(FieldError::new(field, format!("write 1 to {most} characters")));
        }
    };
    text("/terms/name", &terms.name, 100);
    text("/terms/client_id", &terms.client_id, 200);
    text("/terms/ven_name", &terms.ven_name, 100);
    if let Some(program) = &terms.program {
        text("/terms/program", program, 128);
    }
    let addresses = [
        ("/terms/base_url", Some(&terms.base_url)),
        ("/terms/token_url", terms.token_url.as_ref()),
    ];
    for (field, address) in addresses {
        let fault = address.and_then(|address| address_fault(address, hosts));
        wrong.extend(fault.map(|detail| FieldError::new(field, detail)));
    }
    if !(INTERVAL_S_MIN..=INTERVAL_S_MAX).contains(&terms.interval_s) {
        let detail = format!("give {INTERVAL_S_MIN} to {INTERVAL_S_MAX} seconds");
        wrong.push(FieldError::new("/terms/interval_s", detail));
    }
    if secret.is_some_and(|secret| {
        !(1..=SECRET_MAX).contains(&secret.len()) || secret.chars().any(char::is_control)
    }) {
        wrong.push(FieldError::new("/secret", format!("give 1 to {SECRET_MAX} bytes")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(VtnConnectionError::Invalid(wrong)) }
}

/// What is wrong with an address.
fn address_fault(address: &str, hosts: &[String]) -> Option<String> {
    let is_secure = address.starts_with("https://");
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/[]".contains(&b);
    let Some(rest) = rest.filter(|rest| address.len() <= 200 && rest.bytes().all(plain)) else {
        return Some("write it as https://HOST/PATH/, without user and query".to_owned());
    };
    let authority = rest.split('/').next().unwrap_or_default();
    if !is_secure && !is_own_machine(authority) {
        return Some("write it with https://: the secret goes over this way".to_owned());
    }
    let wanted = with_port(authority, if is_secure { "443" } else { "80" });
    if authority.is_empty() || !hosts.iter().any(|host| with_port(host, "443") == wanted) {
        // A host alone stands for its port 443.
        let way: &str = if is_secure { authority } else { &wanted };
        return Some(format!(
            "the operator of the platform has not opened the way to {way}: ask for the option \
             --vtn-hosts {way}"
        ));
    }
    None
}

/// An authority with its port, `otherwise` where it names none.
fn with_port(authority: &str, otherwise: &str) -> String {
    if host_of(authority) == authority {
        format!("{authority}:{otherwise}")
    } else {
        authority.to_owned()
    }
}

/// The host of an authority, without its port.
fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn is_own_machine(authority: &str) -> bool {
    matches!(host_of(authority), "127.0.0.1" | "localhost" | "[::1]")
}

/// Whether a connection still follows the same server as the same client.
pub(crate) fn follows_the_same(old: &VtnConnectionTerms, next: &VtnConnectionTerms) -> bool {
    let whom = |terms: &VtnConnectionTerms| {
        (terms.base_url.clone(), terms.client_id.clone(), terms.program.clone())
    };
    whom(old) == whom(next)
}

/// What a secret is sealed for.
pub(crate) fn purpose(connection: &VtnConnection) -> String {
    let VtnConnectionTerms { base_url, token_url, client_id, .. } = &connection.terms;
    let token_url = token_url.as_deref().unwrap_or_default();
    format!("vtn_connection\n{}\n{base_url}\n{token_url}\n{client_id}", connection.id)
}

/// How long to wait after `failures` in a row (0: none): the interval, doubled waits up to it at first, a quarter of an
/// hour where asking again is of no use. `random` takes away up to half of a wait after a failure.
pub(crate) fn wait(failures: u32, interval_s: u32, is_lasting: bool, random: u16) -> Duration {
    let interval = Duration::from_secs(interval_s.into());
    if failures == 0 {
        return interval;
    }
    let doublings = failures.saturating_sub(1).min(16);
    let longest = if is_lasting { REFUSED_WAIT.max(interval) } else { interval };
    let full =
        if is_lasting { longest } else { FIRST_WAIT.saturating_mul(1 << doublings).min(longest) };
    full.mul_f64(1.0 - f64::from(random) / f64::from(u16::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> VtnConnectionTerms {
        VtnConnectionTerms {
            name: "시연 수요관리사업자".to_owned(),
            base_url: "https://vtn.example/openadr3/".to_owned(),
            token_url: None,
            client_id: "ven-1".to_owned(),
            ven_name: "본관".to_owned(),
            program: None,
            interval_s: 60,
            enabled: true,
            sends_reports: false,
        }
    }

    #[test]
    fn only_hosts_that_the_operator_named_are_called_and_not_in_the_clear() {
        let hosts = ["vtn.example", "127.0.0.1:8611", "other.example:8443", "localhost"];
        let hosts = hosts.map(str::to_owned);
        for (url, words) in [
            ("https://vtn.example/openadr3", None),
            ("https://vtn.example:443/", None),
            ("https://vtn.example:8443/", Some("--vtn-hosts vtn.example:8443")),
            ("https://other.example:8443/", None),
            ("https://other.example/", Some("--vtn-hosts other.example")),
            ("http://localhost/", Some("--vtn-hosts localhost:80")),
            ("http://127.0.0.1:8611/openadr3/", None),
            ("http://127.0.0.1:8700/openadr3/", Some("--vtn-hosts 127.0.0.1:8700")),
            ("https://10.0.0.1/", Some("--vtn-hosts 10.0.0.1")),
            ("https://vtn.example.evil/", Some("--vtn-hosts")),
            ("http://vtn.example/", Some("https://: the secret")),
            ("https://user@vtn.example/", Some("without user")),
            ("https://vtn.example/?a=b", Some("without user and query")),
            ("ftp://vtn.example/", Some("write it as https")),
            ("https://", Some("--vtn-hosts")),
        ] {
            let one = VtnConnectionTerms { base_url: url.to_owned(), ..terms() };
            match (check(&one, Some("s"), &hosts), words) {
                (Ok(()), None) => {}
                (Err(VtnConnectionError::Invalid(wrong)), Some(words)) => {
                    assert_eq!(wrong[0].pointer, "/terms/base_url");
                    assert!(wrong[0].detail.contains(words), "{url}: {wrong:?}");
                }
                (found, _) => panic!("{url}: {found:?}"),
            }
            let token = VtnConnectionTerms { token_url: Some(url.to_owned()), ..terms() };
            assert_eq!(check(&token, Some("s"), &hosts).is_ok(), words.is_none(), "{url}");
        }
        assert!(check(&terms(), None, &[]).is_err(), "nobody is called by default");
    }

    #[test]
    fn a_connection_that_could_not_be_called_is_refused_with_its_fields() {
        let hosts = ["vtn.example".to_owned()];
        let bad = VtnConnectionTerms {
            name: String::new(),
            client_id: "a\nb".to_owned(),
            ven_name: "가".repeat(101),
            program: Some(String::new()),
            interval_s: 5,
            ..terms()
        };
        let Err(VtnConnectionError::Invalid(wrong)) = check(&bad, Some(""), &hosts) else {
            panic!("it was taken")
        };
        let fields: Vec<_> = wrong.iter().map(|field| field.pointer.as_str()).collect();
        let expected = [
            "/terms/name",
            "/terms/client_id",
            "/terms/ven_name",
            "/terms/program",
            "/terms/interval_s",
            "/secret",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn waits_double_up_to_the_interval() {
        for (failures, is_lasting, seconds) in [
            (0, false, 60),
            (1, false, 1),
            (3, false, 4),
            (7, false, 60),
            (999, false, 60),
            (1, true, 900),
        ] {
            assert_eq!(
                wait(failures, 60, is_lasting, 0),
                Duration::from_secs(seconds),
                "{failures}"
            );
        }
        assert_eq!(wait(7, 60, false, u16::MAX), Duration::from_secs(30));
    }
}

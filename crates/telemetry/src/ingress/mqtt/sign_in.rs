//! Who is this: by client certificate, by key and secret, or by secret alone.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use rmqtt::types::{AuthResult, ConnectInfo, Id, LastWill};

use super::hooks::Shared;
use super::topics::{is_death_of, is_own};

impl Shared {
    pub(super) async fn authenticate(&self, connect: &ConnectInfo) -> AuthResult {
        if self.closing.load(Ordering::Acquire) {
            return AuthResult::NotAuthorized;
        }
        let Some(peer) = self.peers.of(connect.id()) else {
            return self.refuse_connect("past_the_door");
        };
        let key = if peer.certificate.is_some() {
            self.by_certificate(connect)
        } else {
            self.by_secret(connect, peer.address)
        };
        let key = match key {
            Ok(key) => key,
            Err(why) => return self.refuse_connect(why),
        };
        let refusal = if self.flood().is_banned(&key, self.ingest.now()) {
            Some("banned")
        } else if connect.last_will().is_some_and(|will| !is_permitted_will(&will, &key)) {
            // The broker publishes a will without asking for permission again.
            Some("foreign_will")
        } else if self.is_anothers_session(connect, &key).await {
            Some("foreign_client_id")
        } else if !self.has_room(connect, &key).await {
            Some("too_many_sessions")
        } else {
            None
        };
        match refusal {
            Some(why) => {
                self.count(why);
                AuthResult::NotAuthorized
            }
            None => AuthResult::Allow(false, None),
        }
    }

    /// The key of the device whose certificate this is. Whoever shows one is judged by it, not by a
    /// secret; a user name may be left out, or is the key.
    fn by_certificate(&self, connect: &ConnectInfo) -> Result<String, &'static str> {
        let key = self.device_key(connect.id()).ok_or("certificate_refused")?;
        let named = connect.username().filter(|name| !name.is_empty());
        if named.is_some_and(|name| **name != *key) {
            return Err("certificate_of_another");
        }
        Ok(key)
    }

    fn by_secret(
        &self,
        connect: &ConnectInfo,
        address: Option<SocketAddr>,
    ) -> Result<String, &'static str> {
        let username = connect.username().ok_or("no_username")?;
        let now = self.ingest.now();
        let who = (address.map(|address| address.ip()), cut_key(username));
        if self.attempts().must_wait(&who, now) {
            return Err("too_many_attempts");
        }
        let secret = connect.password().and_then(|secret| std::str::from_utf8(secret).ok());
        let snapshot = self.ingest.directory().snapshot();
        let secret = secret.unwrap_or_default();
        let key = if snapshot.check_credential(username, secret) {
            Some(username.to_string())
        } else {
            // ThingsBoard's device API: the user name is the secret, and there is no password.
            let by_secret = snapshot.device_by_secret(username).filter(|_| secret.is_empty());
            by_secret.map(|device| device.key.to_string())
        };
        let Some(key) = key else {
            self.attempts().failed(who, now);
            return Err("wrong_password");
        };
        self.attempts().succeeded(&who);
        Ok(key)
    }

    fn refuse_connect(&self, why: &str) -> AuthResult {
        self.count(why);
        AuthResult::BadUsernameOrPassword
    }

    /// The key of the device behind a connection, as long as that may speak for it: by its certificate,
    /// its user name, or the secret that the user name is.
    pub(super) fn device_key(&self, id: &Id) -> Option<String> {
        let snapshot = self.ingest.directory().snapshot();
        if let Some(certificate) = self.peers.of(id)?.certificate {
            let device = snapshot.check_certificate(&certificate, self.ingest.now())?;
            return Some(device.key.to_string());
        }
        let username = id.username_ref();
        if snapshot.device_by_key(username).is_some() {
            return Some(username.to_owned());
        }
        snapshot.device_by_secret(username).map(|device| device.key.to_string())
    }
}

fn is_permitted_will(will: &LastWill<'_>, key: &str) -> bool {
    let topic = will_topic(will);
    is_own(topic, key) || is_death_of(topic, key)
}

fn will_topic<'w>(will: &LastWill<'w>) -> &'w str {
    match will {
        LastWill::V3(will) => &will.topic,
        LastWill::V5(will) => &will.topic,
    }
}

fn cut_key(username: &str) -> String {
    crate::reject::cut(username, crate::reject::KEY_CHARS_MAX)
}

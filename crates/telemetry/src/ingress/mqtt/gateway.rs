//! Gateways that speak for the devices behind them.

use base::{Actor, Instant};
use futures::future::join_all;
use rmqtt::types::{Publish, PublishAclResult};

use super::hooks::Shared;
use crate::ingress::thingsboard::{self, OfDevice};
use crate::reject::RejectCode;

impl Shared {
    /// Whether `key` is a device behind this gateway. A foreign one is refused, an unknown one quarantined too.
    pub(super) fn is_behind(
        &self,
        gateway: &str,
        key: &str,
        (message, protocol): (&[u8], &'static str),
        arrived: Instant,
    ) -> bool {
        let snapshot = self.ingest.directory().snapshot();
        let Some(gateway) = snapshot.device_by_key(gateway) else { return false };
        match snapshot.device_by_key(key) {
            Some(device) if device.gateway == Some(gateway.id) => true,
            Some(device) => {
                let detail = format!(
                    "the gateway '{}' speaks for a device that is not behind it: set it as the gateway of \
                     the device",
                    gateway.key
                );
                let code = RejectCode::NotPermitted;
                self.ingest.refuse(key, Some(device), code, detail, arrived);
                false
            }
            None => {
                let quarantine = self.ingest.directory().quarantine();
                quarantine.note(gateway.complex, key, message, protocol, arrived);
                self.ingest.refuse_unknown(key, None, arrived);
                false
            }
        }
    }

    /// Takes telemetry of the devices behind a gateway (ThingsBoard's `v1/gateway/telemetry`). What one
    /// device sends costs its neighbours nothing; acknowledged when all of it is durable.
    pub(super) async fn gateway_message(
        &self,
        gateway: &str,
        publish: &Publish,
    ) -> PublishAclResult {
        let arrived = self.ingest.now();
        let devices = match thingsboard::decode_gateway(&publish.payload, arrived) {
            Ok(devices) => devices,
            Err(reject) => return self.unreadable(gateway, &reject, arrived),
        };
        let actor = Actor::device(gateway);
        let settled = join_all(devices.into_iter().map(|device| {
            let actor = &actor;
            async move {
                let OfDevice { name, sample, readings, rejects } = device;
                let key = self.key_of(name);
                let message = (sample.as_bytes(), "thingsboard");
                if !self.is_behind(gateway, &key, message, arrived) {
                    return Ok(());
                }
                self.ingest.readings(&key, readings, rejects, arrived, actor).await.map(drop)
            }
        }));
        self.answer_of(gateway, settled.await.into_iter().collect::<Result<Vec<()>, _>>())
    }

    /// The key of a device by the name that its gateway gives it: the name itself, or its form as a key.
    fn key_of(&self, name: String) -> String {
        let snapshot = self.ingest.directory().snapshot();
        if snapshot.device_by_key(&name).is_some() { name } else { thingsboard::point_key(&name) }
    }
}

//! Speaks to a running server with `openleadr-client` (an implementation of OpenADR 3.1 that is not ours): a
//! program, an event for a client, its report, and the refusals, each step asserted.
//!
//! `OPENADR_BL=name:token OPENADR_VEN=name:token cargo run -- http://127.0.0.1:8700/openadr3/`, the first with a
//! token of the role `energy_office` for a complex, the second of `energy_manager` for an establishment of it.

use chrono::Utc;
use openleadr_client::{
    BusinessLogic, Client, ClientCredentials, ClientKind, Filter, PaginationOptions, VirtualEndNode,
};
use openleadr_wire::Duration;
use openleadr_wire::event::{EventInterval, EventRequest, EventType, EventValuesMap};
use openleadr_wire::interval::{Interval, IntervalPeriod};
use openleadr_wire::program::ProgramRequest;
use openleadr_wire::report::{ReportResource, ResourceName};
use openleadr_wire::values_map::{Value, ValueType, ValuesMap};
use openleadr_wire::ven::VenVenRequest;
use url::Url;

type Done<T> = Result<T, Box<dyn std::error::Error>>;

const ALL: PaginationOptions = PaginationOptions { skip: 0, limit: 50 };

fn client<K: ClientKind>(base: &Url, of: &str) -> Done<Client<K>> {
    let given = std::env::var(of).map_err(|_| format!("set {of}=name:token"))?;
    let (name, token) = given.split_once(':').ok_or("write it as name:token")?;
    let credentials = ClientCredentials::new(name.to_owned(), token.to_owned());
    let oauth = base.join("auth/token")?;
    Ok(Client::with_details(base.clone(), oauth, reqwest::Client::new(), Some(credentials)))
}

#[tokio::main]
async fn main() -> Done<()> {
    let base = std::env::args().nth(1).ok_or("give the address: http://HOST:PORT/openadr3/")?;
    let base = Url::parse(&base)?;
    let office: Client<BusinessLogic> = client(&base, "OPENADR_BL")?;
    let ven: Client<VirtualEndNode> = client(&base, "OPENADR_VEN")?;

    let name = format!("peer-{}", Utc::now().timestamp_millis());
    let mut program = office.create_program(ProgramRequest::new(&name)).await?;
    assert_eq!(program.content().program_name, name);
    program.content_mut().program_name = format!("{name}-2");
    program.update().await?;
    assert_eq!(program.content().program_name, format!("{name}-2"));
    println!("program {} made and changed", program.id());

    let mut content = EventRequest::new(program.id().clone()).with_event_name("afternoon");
    let mut period = IntervalPeriod::new(Utc::now());
    period.duration = Some(Duration::hours(1.5));
    content = content.with_interval_period(period);
    let payload = EventValuesMap {
        value_type: EventType::DispatchSetpointRelative,
        values: vec![Value::Number(-50.0)],
    };
    content = content.with_intervals(vec![EventInterval::new(0, vec![payload])]);
    let event = program.create_event(content.clone()).await?;
    assert_eq!(event.content(), &content, "an event comes back as it was sent");
    println!("event {} made", event.id());

    let own = VenVenRequest { ven_name: "peer".to_owned(), attributes: None };
    let named = ven.create_ven(own).await?;
    println!("VEN {} registered", named.id());
    let seen = ven.get_program_by_id(program.id()).await?;
    assert_eq!(seen.content().program_name, format!("{name}-2"));
    let events = ven.get_events(Some(program.id()), Filter::none(), ALL).await?;
    assert_eq!(events.len(), 1, "the client sees the event that is for everybody");
    assert_eq!(events[0].content(), &content);
    let refused = ven.create_program(ProgramRequest::new("mine")).await;
    let refused = format!("{:?}", refused.err().ok_or("a VEN made a program")?);
    assert!(refused.contains("403"), "{refused}");
    println!("a VEN is refused a program in words: {refused}");

    let usage = ValuesMap {
        value_type: ValueType("USAGE".to_owned()),
        values: vec![Value::Number(60.25)],
    };
    let mut report = events[0].new_report("peer".to_owned());
    report.resources = vec![ReportResource {
        resource_name: ResourceName::Private("main".to_owned()),
        interval_period: None,
        intervals: vec![Interval::new(0, vec![usage])],
    }];
    let report = events[0].create_report(report).await?;
    let read = event.get_report_list(None).await?;
    assert_eq!(read.len(), 1, "the office reads the report");
    assert_eq!(read[0].content(), report.content());
    println!("report {} made by the VEN and read by the office", report.id());

    report.delete().await?;
    event.delete().await?;
    program.delete().await?;
    named.delete().await?;
    println!("all taken away again: openleadr-client 0.2.8 and this server understand each other");
    Ok(())
}

//! The table `readings`: the rows that the asker may read, each with the words of its point.

use std::sync::Arc;

use async_trait::async_trait;
use base::{Quality, Series};
use datafusion::arrow::array::{
    ArrayRef, AsArray as _, RecordBatch, StringViewArray, TimestampMillisecondArray, UInt32Array,
};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::TimestampMillisecondType;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit, UInt32Type};
use datafusion::arrow::error::ArrowError;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, JoinType, ScalarValue};
use datafusion::datasource::TableType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{BinaryExpr, Operator, TableProviderFilterPushDown, bitwise_and};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::prelude::{Expr, col, lit};

use super::Claim;
use super::gate::Gate;
use crate::Store;
use crate::query::{QueryError, plan::Question};
use crate::segment::{AT, QUALITY, SERIES, VALUE};

/// 0001-01-01, where time begins for a question without a bound.
const FIRST_MS: i64 = -62_135_596_800_000;
/// 10000-01-01, where it ends.
const END_MS: i64 = 253_402_300_800_000;
const CLAIM_SERIES: &str = "claim_series";
const CLAIM_FROM: &str = "claim_from";
const CLAIM_UNTIL: &str = "claim_until";
const USABLE: &str = "usable";
/// The words of a point, in the order of the table.
const WORDS: [&str; 7] =
    ["point_id", "point_key", "device_key", "quantity", "unit", "establishment_id", "complex"];

/// The readings that somebody may see.
pub(super) struct ReadingsTable {
    store: Store,
    schema: SchemaRef,
    claims: RecordBatch,
}

impl std::fmt::Debug for ReadingsTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadingsTable")
            .field("claims", &self.claims.num_rows())
            .finish_non_exhaustive()
    }
}

impl ReadingsTable {
    pub(super) fn new(store: Store, claims: &[Claim]) -> Result<Self, QueryError> {
        let claims = rows(claims).map_err(|cause| QueryError::Engine(cause.to_string()))?;
        Ok(Self { store, schema: schema(), claims })
    }

    /// The claims that the conditions on words leave. A condition that cannot be asked of them is left
    /// to the engine, which asks all of the rows that come out.
    fn claims(&self, state: &dyn Session, filters: &[Expr]) -> Result<RecordBatch> {
        let names = DFSchema::try_from(self.claims.schema())?;
        let mut claims = self.claims.clone();
        for filter in filters {
            let columns = filter.column_refs();
            let is_on_words = !columns.is_empty()
                && !filter.is_volatile()
                && columns.iter().all(|column| WORDS.contains(&column.name.as_str()));
            if !is_on_words {
                continue;
            }
            let asked = state.create_physical_expr(filter.clone(), &names);
            let answer =
                asked.and_then(|asked| asked.evaluate(&claims)?.into_array(claims.num_rows()));
            if let Ok(answer) = answer
                && let Some(keep) = answer.as_boolean_opt()
            {
                claims = filter_record_batch(&claims, keep)?;
            }
        }
        Ok(claims)
    }

    async fn readings(
        &self,
        claims: RecordBatch,
        filters: &[Expr],
        columns: &[Expr],
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let (from_ms, until_ms) = span(&claims, filters);
        let mut series: Vec<Series> = claims
            .column(0)
            .as_primitive::<UInt32Type>()
            .values()
            .iter()
            .map(|n| Series(*n))
            .collect();
        series.sort_unstable();
        series.dedup();
        // The buffer comes before the catalogue, as for every question.
        let inner = &self.store.inner;
        let parts = inner.state.snapshot(&series, from_ms, until_ms);
        let question = Question { series: &series, from_ms, until_ms };
        let readings = inner.engine.readings(parts, question).await;
        let readings = readings.map_err(|cause| DataFusionError::External(Box::new(cause)))?;
        let Some(readings) = readings else { return Ok(None) };
        let claims = inner.engine.context_of(series.len()).read_batch(claims)?;
        let in_time = col(AT).gt_eq(col(CLAIM_FROM)).and(col(AT).lt(col(CLAIM_UNTIL)));
        let plan = claims
            .join(readings, JoinType::Inner, &[CLAIM_SERIES], &[SERIES], Some(in_time))?
            .select(columns.to_vec())?
            .create_physical_plan()
            .await?;
        Ok(Some(plan))
    }
}

#[async_trait]
impl TableProvider for ReadingsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// They only narrow what is read; the engine asks them again of the rows.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        let columns: Vec<Expr> = match schema.fields().len() {
            0 => vec![col(AT)],
            _ => schema.fields().iter().map(|field| column(field.name())).collect(),
        };
        let claims = self.claims(state, filters)?;
        let plan = match claims.num_rows() {
            0 => None,
            _ => self.readings(claims, filters, &columns).await?,
        };
        Ok(match plan {
            Some(plan) => Arc::new(Gate::new(plan, schema)),
            None => Arc::new(EmptyExec::new(schema)),
        })
    }
}

fn schema() -> SchemaRef {
    let word = |name: &&str| Field::new(*name, DataType::Utf8View, true);
    let mut fields = vec![Field::new(AT, DataType::Timestamp(TimeUnit::Millisecond, None), false)];
    fields.extend(WORDS.iter().map(word));
    fields.push(Field::new(VALUE, DataType::Float64, false));
    fields.push(Field::new(QUALITY, DataType::UInt16, false));
    fields.push(Field::new(USABLE, DataType::Boolean, false));
    Arc::new(Schema::new(fields))
}

fn column(name: &str) -> Expr {
    if name == USABLE {
        let against = (0..16)
            .map(|bit| Quality(1 << bit))
            .filter(|flag| !flag.is_usable())
            .fold(Quality::GOOD, Quality::with);
        return bitwise_and(col(QUALITY), lit(against.0)).eq(lit(0_u16)).alias(USABLE);
    }
    col(name)
}

fn rows(claims: &[Claim]) -> Result<RecordBatch, ArrowError> {
    let word = |of: fn(&Claim) -> Option<&str>| -> ArrayRef {
        Arc::new(claims.iter().map(of).collect::<StringViewArray>())
    };
    let at = |of: fn(&Claim) -> i64| -> ArrayRef {
        Arc::new(TimestampMillisecondArray::from_iter_values(claims.iter().map(of)))
    };
    let series = UInt32Array::from_iter_values(claims.iter().map(|claim| claim.series.0));
    let columns: Vec<(&str, ArrayRef)> = vec![
        (CLAIM_SERIES, Arc::new(series)),
        (CLAIM_FROM, at(|claim| claim.from_ms.max(FIRST_MS))),
        (CLAIM_UNTIL, at(|claim| claim.until_ms.min(END_MS))),
        (WORDS[0], word(|claim| Some(&claim.point_id))),
        (WORDS[1], word(|claim| Some(&claim.point_key))),
        (WORDS[2], word(|claim| Some(&claim.device_key))),
        (WORDS[3], word(|claim| Some(&claim.quantity))),
        (WORDS[4], word(|claim| Some(&claim.unit))),
        (WORDS[5], word(|claim| claim.establishment_id.as_deref())),
        (WORDS[6], word(|claim| Some(&claim.complex))),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, WORDS.contains(&name))),
    )
}

/// The time that the claims and the conditions on `at` leave.
fn span(claims: &RecordBatch, filters: &[Expr]) -> (i64, i64) {
    let times = |column: usize| claims.column(column).as_primitive::<TimestampMillisecondType>();
    let mut from_ms = times(1).values().iter().copied().min().unwrap_or(FIRST_MS);
    let mut until_ms = times(2).values().iter().copied().max().unwrap_or(END_MS);
    for filter in filters {
        let Some((operator, ms)) = bound(filter) else { continue };
        match operator {
            Operator::Gt | Operator::GtEq => from_ms = from_ms.max(ms),
            Operator::Lt | Operator::LtEq => until_ms = until_ms.min(ms.saturating_add(1)),
            Operator::Eq => {
                from_ms = from_ms.max(ms);
                until_ms = until_ms.min(ms.saturating_add(1));
            }
            _ => {}
        }
    }
    (from_ms, until_ms)
}

/// A condition `at OPERATOR instant`, whichever way round it is written; the instant rounded down.
fn bound(filter: &Expr) -> Option<(Operator, i64)> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = filter else { return None };
    if is_at(left) {
        return Some((*op, millis(right)?));
    }
    if is_at(right) {
        return Some((op.swap()?, millis(left)?));
    }
    None
}

fn is_at(expression: &Expr) -> bool {
    match expression {
        Expr::Column(column) => column.name == AT,
        Expr::Cast(cast) => {
            // To a coarser type the cast would move the bound.
            let keeps = matches!(
                cast.field.data_type(),
                DataType::Timestamp(
                    TimeUnit::Millisecond | TimeUnit::Microsecond | TimeUnit::Nanosecond,
                    _
                )
            );
            keeps && is_at(&cast.expr)
        }
        _ => false,
    }
}

fn millis(expression: &Expr) -> Option<i64> {
    let Expr::Literal(value, _) = expression else { return None };
    let is_utc = |zone: &Option<Arc<str>>| {
        zone.as_deref().is_none_or(|zone| matches!(zone, "+00:00" | "UTC" | "Z"))
    };
    match value {
        ScalarValue::TimestampMillisecond(Some(at), zone) if is_utc(zone) => Some(*at),
        ScalarValue::TimestampMicrosecond(Some(at), zone) if is_utc(zone) => {
            Some(at.div_euclid(1_000))
        }
        ScalarValue::TimestampNanosecond(Some(at), zone) if is_utc(zone) => {
            Some(at.div_euclid(1_000_000))
        }
        _ => None,
    }
}

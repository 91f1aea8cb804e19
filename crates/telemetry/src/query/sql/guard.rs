//! What a text may be, and what is said when it is not: before it is planned, and after.

use std::ops::ControlFlow;

use base::{Coded as _, ErrorKind};
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion, TreeNodeVisitor};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::Expr;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::query::QueryError;
use crate::query::error::missing;

/// Longest text.
pub const TEXT_BYTES_MAX: usize = 20_000;
/// Most words and signs of a text.
pub const TOKENS_MAX: usize = 2_000;
/// Most tables that a text may name, each naming counted.
pub const RELATIONS_MAX: usize = 24;
/// Most named parts (`WITH`): each may be used twice, so that plans double.
pub const CTES_MAX: usize = 12;
/// How deep expressions and plans may nest.
pub const DEPTH_MAX: usize = 200;
/// Most nodes of a plan.
const NODES_MAX: usize = 5_000;
/// How deep brackets may nest.
const BRACKETS_MAX: usize = 50;

/// The one SELECT of a text.
pub(super) fn statement(sql: &str) -> Result<Statement, QueryError> {
    if sql.len() > TEXT_BYTES_MAX {
        return Err(refused(format!("the text is longer than {TEXT_BYTES_MAX} bytes: shorten it")));
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, sql)
        .tokenize_with_location()
        .map_err(|cause| refused(cause.to_string()))?;
    let counted = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_)));
    if counted.count() > TOKENS_MAX {
        let detail = format!("the text has more than {TOKENS_MAX} words and signs: shorten it");
        return Err(refused(detail));
    }
    let mut statements = DFParserBuilder::new(sql)
        .with_dialect(&dialect)
        .with_recursion_limit(BRACKETS_MAX)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| words(&error))?;
    let (Some(statement), None) = (statements.pop_front(), statements.pop_front()) else {
        return Err(refused("give exactly one SELECT".to_owned()));
    };
    let Statement::Statement(parsed) = &statement else { return Err(no_select()) };
    if !matches!(**parsed, ast::Statement::Query(_)) {
        return Err(no_select());
    }
    count_names(parsed)?;
    Ok(statement)
}

fn no_select() -> QueryError {
    refused(
        "only SELECT (or WITH … SELECT) is answered here: nothing can be created, changed, copied, \
         set or explained"
            .to_owned(),
    )
}

fn refused(detail: String) -> QueryError {
    QueryError::Sql { detail }
}

#[derive(Default)]
struct Names {
    relations: usize,
    ctes: usize,
}

impl ast::Visitor for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &ast::Query) -> ControlFlow<()> {
        self.ctes += query.with.as_ref().map_or(0, |with| with.cte_tables.len());
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, _: &ast::ObjectName) -> ControlFlow<()> {
        self.relations += 1;
        ControlFlow::Continue(())
    }
}

fn count_names(statement: &ast::Statement) -> Result<(), QueryError> {
    let mut names = Names::default();
    let _ = ast::Visit::visit(statement, &mut names);
    if names.relations > RELATIONS_MAX || names.ctes > CTES_MAX {
        return Err(refused(format!(
            "the text names {} tables and {} parts (WITH); at most {RELATIONS_MAX} and {CTES_MAX} are \
             answered: split the question",
            names.relations, names.ctes
        )));
    }
    Ok(())
}

/// Refuses a plan that nests too deep, is too large, or would change anything.
pub(super) fn check_plan(plan: &LogicalPlan) -> Result<(), QueryError> {
    let mut size = Size::default();
    plan.visit_with_subqueries(&mut size).map_err(|error| words(&error))?;
    if size.is_over() {
        return Err(refused(format!(
            "the question nests deeper than {DEPTH_MAX} steps or is too large: split it; for many \
             alternatives write IN (…)"
        )));
    }
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(plan)
        .map_err(|error| words(&error))
}

#[derive(Default)]
struct Size {
    depth: usize,
    deepest: usize,
    nodes: usize,
}

impl Size {
    fn down(&mut self) -> TreeNodeRecursion {
        self.depth += 1;
        self.nodes += 1;
        self.deepest = self.deepest.max(self.depth);
        if self.is_over() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue }
    }

    fn is_over(&self) -> bool {
        self.deepest > DEPTH_MAX || self.nodes > NODES_MAX
    }
}

impl TreeNodeVisitor<'_> for Size {
    type Node = LogicalPlan;

    fn f_down(&mut self, node: &LogicalPlan) -> datafusion::error::Result<TreeNodeRecursion> {
        let mut expressions = ExprSize(Self::default());
        node.apply_expressions(|expression| {
            expression.visit(&mut expressions)?;
            expressions.0.depth = 0;
            Ok(TreeNodeRecursion::Continue)
        })?;
        self.nodes += expressions.0.nodes;
        self.deepest = self.deepest.max(expressions.0.deepest);
        Ok(self.down())
    }

    fn f_up(&mut self, _: &LogicalPlan) -> datafusion::error::Result<TreeNodeRecursion> {
        self.depth -= 1;
        Ok(TreeNodeRecursion::Continue)
    }
}

struct ExprSize(Size);

impl TreeNodeVisitor<'_> for ExprSize {
    type Node = Expr;

    fn f_down(&mut self, _: &Expr) -> datafusion::error::Result<TreeNodeRecursion> {
        Ok(self.0.down())
    }

    fn f_up(&mut self, _: &Expr) -> datafusion::error::Result<TreeNodeRecursion> {
        self.0.depth = self.0.depth.saturating_sub(1);
        Ok(TreeNodeRecursion::Continue)
    }
}

/// What the engine says, as the fault of the text where it is one, with the place.
pub(super) fn words(error: &DataFusionError) -> QueryError {
    let place = error.diagnostic().and_then(|diagnostic| diagnostic.span).map(|span| span.start);
    if let Some(path) = missing(error) {
        return QueryError::FileMissing { path };
    }
    let root = error.find_root();
    let is_of_text = match root {
        DataFusionError::ResourcesExhausted(_) => return QueryError::Memory,
        DataFusionError::SQL(..)
        | DataFusionError::Plan(_)
        | DataFusionError::SchemaError(..)
        | DataFusionError::NotImplemented(_)
        | DataFusionError::Execution(_) => true,
        DataFusionError::ArrowError(cause, _) => {
            use datafusion::arrow::error::ArrowError as Cause;
            !matches!(**cause, Cause::IoError(..) | Cause::ExternalError(_) | Cause::MemoryError(_))
        }
        _ => false,
    };
    if let DataFusionError::External(cause) = root
        && let Some(cause) = cause.downcast_ref::<QueryError>()
        && cause.kind() != ErrorKind::Internal
    {
        return refused(cause.to_string());
    }
    if !is_of_text {
        return QueryError::Engine(error.strip_backtrace());
    }
    let said = root.message().replace("datafusion.public.", "");
    let detail = match place {
        Some(place) => format!("line {}, column {}: {said}", place.line, place.column),
        None => said,
    };
    refused(detail)
}

//! The forecast of a day (하루 앞 예측): how large its load will be, and whether its peak may raise the
//! billing demand.

pub(crate) mod api;
pub(crate) mod rules;
#[cfg(test)]
mod tests;

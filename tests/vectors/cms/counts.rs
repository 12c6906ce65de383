//! Whatever it is that a hostile sender repeats: there is a bound on it. What it costs within the bounds, `tests/work` counts.

use smime::Limits;
use smime_tests::repeated::KINDS;

use super::record::read_within;

#[test]
fn the_limits_stop_what_is_repeated() {
    for (what, message) in KINDS {
        let result = read_within(&message(20_000), 4096, &Limits::default());
        let bounded = !what.contains("content") && !what.contains("elements");
        assert_eq!(result.as_ref().is_err_and(|error| error.class() == smime::Class::Limit), bounded, "{what}: {result:?}");
    }
}

//! What a hostile sender may repeat, and the work that each repetition makes: `cargo xtask work` counts its instructions and demands that
//! twice as many cost about twice as much.
//!
//! `work list` prints the cases, a count and a name on each line; `work run NAME COUNT` makes an input with so many repetitions and then does the
//! work inside [`measured`], where alone the instructions are counted. What costs so much shows
//! `valgrind --tool=callgrind --toggle-collect=work::measured target/debug/work run NAME COUNT` and then `callgrind_annotate`.

mod certificates;
mod cms;
mod files;
mod mime;
mod opening;
mod requests;
mod revocation;
mod revoking;
mod scene;

/// Work on an input that is ready.
type Work = Box<dyn FnOnce()>;

/// Something that may be repeated.
struct Case {
    name: String,
    /// So many that work which is quadratic outweighs all else, and no more, as counting slows everything down fifty times.
    count: usize,
    /// Makes an input with so many, and the work on it.
    prepare: Box<dyn Fn(usize) -> Work>,
}

fn case<F: FnOnce() + 'static>(name: impl Into<String>, count: usize, prepare: impl Fn(usize) -> F + 'static) -> Case {
    Case { name: name.into(), count, prepare: Box::new(move |count| Box::new(prepare(count))) }
}

/// The table of all cases. The last one is quadratic on purpose: a check that lets it pass is blind.
fn cases() -> Vec<Case> {
    let mut cases = mime::cases();
    cases.extend(cms::cases());
    cases.extend(opening::cases());
    cases.extend(files::cases());
    cases.extend(certificates::cases());
    cases.extend(revocation::cases());
    cases.extend(requests::cases());
    cases.extend(revoking::cases());
    cases.push(case("control: quadratic", 2_000, mime::quadratic));
    cases
}

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["list"] => cases().iter().for_each(|case| println!("{} {}", case.count, case.name)),
        ["run", name, count] => run(name, count.parse().expect("a count")),
        _ => {
            eprintln!("work list | run NAME COUNT");
            return std::process::ExitCode::FAILURE;
        }
    }
    std::process::ExitCode::SUCCESS
}

fn run(name: &str, count: usize) {
    let case = cases().into_iter().find(|case| case.name == name).expect("a case of this name");
    let work = (case.prepare)(count);
    measured(work);
}

/// The function whose instructions are counted, with those of all that it calls.
#[inline(never)]
fn measured(work: Work) {
    work();
}

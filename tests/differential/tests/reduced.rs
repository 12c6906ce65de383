//! A reduced run within the ordinary tests: each kind of change once, and as many valid paths, against the peers that are built anyway.

use smime_differential::{mutate, run};

#[test]
fn each_change_once() {
    let paths = 2 * mutate::all().len() as u64;
    let table = run::run(&run::Options { paths, seed: 7, only: None, folder: None });
    assert_eq!(table.changes.len() as u64, paths / 2, "each kind of change");
    assert_eq!((table.wrong, table.unexplained()), (0, 0), "see what is printed");
}

#[test]
fn kinds_of_change_have_names_of_their_own() {
    let mut names: Vec<&str> = mutate::all().iter().map(|mutation| mutation.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn classes_name_changes_that_there_are() {
    use smime_differential::classes::Peer;
    let names: Vec<&str> = mutate::all().iter().map(|mutation| mutation.name).collect();
    for peer in [Peer::OpenSsl, Peer::Certval, Peer::X509Parser] {
        for class in peer.classes() {
            assert!(!(class.changes.is_empty() && class.features.is_empty()), "{} is too wide", class.name);
            for change in class.changes {
                assert!(names.contains(change), "{}: {change}", class.name);
            }
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_octets() {
    use smime_differential::case::Case;
    let mutations = mutate::all();
    for number in [0, 1, 2, 77] {
        let [one, two] = [(); 2].map(|()| Case::make(5, number, &mutations));
        assert_eq!((one.path(), one.pool()), (two.path(), two.pool()));
    }
}

#[test]
fn the_guide_explains_each_class() {
    let guide = include_str!("../../../docs/differential.md");
    let classes = smime_differential::classes::to_markdown();
    assert!(guide.contains(classes.trim_end()), "docs/differential.md lacks what `smime-differential --classes` prints");
}

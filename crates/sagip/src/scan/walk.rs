//! What there is to scan, in one order that every run has: folders from top to bottom, names by
//! their bytes. That order is what makes a scan that was cut short go on where it was.

use std::{
    cmp::Ordering,
    collections::HashMap,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

/// Something that was found.
#[derive(Debug)]
pub(super) struct Found {
    /// Under which of the folders, counted from 0.
    pub(super) root: usize,
    /// Its path below that folder; empty when the scan was pointed at the file itself.
    pub(super) path: PathBuf,
    /// The path it can be opened by.
    pub(super) whole: PathBuf,
    /// What it is.
    pub(super) what: What,
}

/// What was found.
#[derive(Debug)]
pub(super) enum What {
    /// A file of that size.
    File(u64),
    /// Another name of a file found before, whose path this is.
    SameAs(PathBuf),
    /// Something that is not opened, such as a link or a device.
    Other(&'static str),
    /// Something that could not be looked at.
    Problem(String),
}

/// How far an earlier run came: the root and the path below it.
pub(super) type Place = (usize, PathBuf);

/// Walks the folders, telling `take` of everything after `after` until it says to stop. What it tells
/// is what a walk from the beginning tells of the same files.
pub(super) fn walk(roots: &[PathBuf], after: Option<&Place>, mut take: impl FnMut(Found) -> bool) {
    let mut met = Names::after(roots, after);
    for (root, folder) in roots.iter().enumerate() {
        let skip = match after {
            Some((at, _)) if root < *at => continue,
            Some((at, path)) if root == *at => Some(path.as_path()),
            _ => None,
        };
        let entries = WalkDir::new(folder).follow_links(false).sort_by_file_name().into_iter();
        // A folder that lies wholly before the place is not even opened.
        let entries = entries.filter_entry(|entry| {
            skip.is_none_or(|skip| {
                let path = below(folder, entry.path());
                !entry.file_type().is_dir()
                    || skip.starts_with(path)
                    || order(path, skip) == Ordering::Greater
            })
        });
        for entry in entries {
            let found = match entry {
                Ok(entry) if entry.file_type().is_dir() => continue,
                Ok(entry) => {
                    let path = below(folder, entry.path()).to_path_buf();
                    if skip.is_some_and(|skip| order(&path, skip) != Ordering::Greater) {
                        continue;
                    }
                    let what = met.look(&entry, root, &path);
                    Found { root, path, whole: entry.into_path(), what }
                }
                Err(problem) => {
                    let whole = problem.path().unwrap_or(folder).to_path_buf();
                    let path = below(folder, &whole).to_path_buf();
                    if skip.is_some_and(|skip| order(&path, skip) != Ordering::Greater) {
                        continue;
                    }
                    let words = problem.io_error().map_or_else(|| problem.to_string(), ToString::to_string);
                    Found { root, path, whole, what: What::Problem(words) }
                }
            };
            if !take(found) {
                return;
            }
        }
    }
}

fn below<'a>(folder: &Path, path: &'a Path) -> &'a Path {
    path.strip_prefix(folder).unwrap_or(path)
}

/// The order of the walk.
fn order(one: &Path, other: &Path) -> Ordering {
    one.components()
        .map(std::path::Component::as_os_str)
        .cmp(other.components().map(std::path::Component::as_os_str))
}

/// Files that have more than one name, by the numbers the file system knows them by.
#[derive(Default)]
struct Names<'a> {
    first: HashMap<(u64, u64), (usize, PathBuf)>,
    /// The folder in which the walk begins in the middle, and where; until the names before it are known.
    before: Option<(usize, &'a Path, &'a Path)>,
}

impl<'a> Names<'a> {
    fn after(roots: &'a [PathBuf], after: Option<&'a Place>) -> Self {
        let before =
            after.and_then(|(root, path)| Some((*root, roots.get(*root)?.as_path(), path.as_path())));
        Self { first: HashMap::new(), before }
    }

    fn look(&mut self, entry: &DirEntry, root: usize, path: &Path) -> What {
        let kind = entry.file_type();
        if kind.is_symlink() {
            return What::Other("link");
        }
        if !kind.is_file() {
            return What::Other("special");
        }
        let known = match entry.metadata() {
            Ok(known) => known,
            Err(problem) => return What::Problem(problem.to_string()),
        };
        if let Some(number) = several_names(&known) {
            self.catch_up(root);
            if let Some((first_root, first)) = self.first.get(&number)
                && *first_root == root
            {
                return What::SameAs(first.clone());
            }
            self.first.insert(number, (root, path.to_path_buf()));
        }
        What::File(known.len())
    }

    /// Learns the names before the place where the walk began: no file is opened for it, and it is done
    /// only when a file with several names is met.
    fn catch_up(&mut self, root: usize) {
        let Some((_, folder, last)) = self.before.take().filter(|(at, ..)| *at == root) else { return };
        for entry in WalkDir::new(folder).follow_links(false).sort_by_file_name().into_iter().flatten() {
            let path = below(folder, entry.path());
            if order(path, last) == Ordering::Greater {
                return;
            }
            if let Some(number) = entry
                .metadata()
                .ok()
                .filter(std::fs::Metadata::is_file)
                .and_then(|known| several_names(&known))
            {
                self.first.entry(number).or_insert_with(|| (root, path.to_path_buf()));
            }
        }
    }
}

/// The file's number, if it has several names.
#[cfg(unix)]
fn several_names(known: &std::fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    (known.nlink() > 1).then(|| (known.dev(), known.ino()))
}

#[cfg(not(unix))]
fn several_names(_: &std::fs::Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    fn paths(roots: &[PathBuf], after: Option<&Place>) -> Vec<(usize, String)> {
        let mut all = Vec::new();
        walk(roots, after, |found| {
            all.push((found.root, found.path.to_string_lossy().into_owned()));
            true
        });
        all
    }

    fn tree() -> (tempfile::TempDir, Vec<PathBuf>) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["one/a/1", "one/a/2", "one/a.b", "one/b/c/d/3", "one/z", "two/4", "two/5"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let roots = vec![folder.path().join("one"), folder.path().join("two")];
        (folder, roots)
    }

    #[test]
    fn going_on_after_any_place_gives_exactly_the_rest() {
        let (_folder, roots) = tree();
        let all = paths(&roots, None);
        assert_eq!(all.len(), 7);
        for (done, (root, path)) in all.iter().enumerate() {
            let place = (*root, PathBuf::from(path));
            assert_eq!(paths(&roots, Some(&place)), all[done + 1..], "after {path}");
        }
    }

    #[test]
    fn a_place_that_has_gone_since_still_divides_the_rest() {
        let (folder, roots) = tree();
        let all = paths(&roots, None);
        let at = all.iter().position(|(_, path)| path == "a/2").unwrap();
        fs::remove_dir_all(folder.path().join("one/a")).unwrap();
        assert_eq!(paths(&roots, Some(&(0, PathBuf::from("a/2")))), all[at + 1..]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_a_second_name_points_to_the_first() {
        let (folder, roots) = tree();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("one/loop")).unwrap();
        fs::hard_link(folder.path().join("one/a/1"), folder.path().join("one/y")).unwrap();
        let (mut links, mut same) = (0, Vec::new());
        walk(&roots, None, |found| {
            match found.what {
                What::Other("link") => links += 1,
                What::SameAs(first) => same.push((found.path, first)),
                _ => {}
            }
            true
        });
        assert_eq!(links, 1);
        assert_eq!(same, [(PathBuf::from("y"), PathBuf::from("a/1"))]);
    }

    #[test]
    fn a_file_itself_can_be_a_root_and_what_is_absent_is_a_problem() {
        let (folder, _) = tree();
        let roots = vec![folder.path().join("one/z"), folder.path().join("absent")];
        let mut all = Vec::new();
        walk(&roots, None, |found| {
            all.push(found);
            true
        });
        assert!(matches!(all[0].what, What::File(5)));
        assert!(matches!(all[1].what, What::Problem(_)));
    }

    #[cfg(unix)]
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Wherever it was cut, a walk that goes on tells the same of each file as one that was not cut:
        /// second names name the first, though that came before the cut.
        #[test]
        fn second_names_are_the_same_wherever_the_walk_was_cut(
            files in prop::collection::vec((0_usize..4, 0_usize..6), 4..24),
            links in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..4, 0_usize..2), 1..12),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let roots = [folder.path().join("one"), folder.path().join("two")];
            let mut made = Vec::new();
            for (number, (place, name)) in files.iter().enumerate() {
                let path = roots[number % 2].join(["", "a", "b/c", "d"][*place]).join(format!("{name}{number}"));
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, b"synthetic").unwrap();
                made.push(path);
            }
            for (number, (of, place, root)) in links.iter().enumerate() {
                let path = roots[*root].join(["a", "b/c", "d", "e"][*place]).join(format!("{number}"));
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::hard_link(of.get(&made), path).unwrap();
            }
            let told = |after: Option<&Place>| {
                let mut all = Vec::new();
                walk(&roots, after, |found| {
                    all.push((found.root, found.path, format!("{:?}", found.what)));
                    true
                });
                all
            };
            let whole = told(None);
            prop_assert_eq!(whole.len(), files.len() + links.len());
            for (done, (root, path, _)) in whole.iter().enumerate() {
                prop_assert_eq!(&told(Some(&(*root, path.clone())))[..], &whole[done + 1..], "after {:?}", path);
            }
        }
    }
}

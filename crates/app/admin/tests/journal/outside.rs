//! The file of heads outside the database: removed, edited, behind after a crash.

use std::fs;

use app_kernel::JournalFault;
use test_support::engines;

use crate::tampered::{BATCHES, Tampered, write};

#[tokio::test]
async fn what_is_done_to_the_file_of_heads_is_said() {
    for engine in engines() {
        let mut journal = Tampered::new(&engine).await;
        let path = journal.house.heads();
        let lines: Vec<&str> = journal.heads_file.lines().collect();
        assert_eq!(lines.len(), BATCHES as usize);

        // Removed, or emptied.
        fs::remove_file(&path).unwrap();
        assert_eq!(journal.fault().await, JournalFault::OutsideRemoved { batch: 1 }, "{engine:?}");
        assert_eq!(journal.report().await.outside, 0);
        fs::write(&path, "").unwrap();
        assert_eq!(journal.fault().await, JournalFault::OutsideRemoved { batch: 1 }, "{engine:?}");

        // A line changed: its number, its content, into something else altogether.
        let third = lines[2];
        for changed in [
            third.replacen("sagip-head-1 3 ", "sagip-head-1 9 ", 1),
            third.replacen('a', "b", 1),
            "synthetic".to_owned(),
        ] {
            fs::write(&path, journal.heads_file.replacen(third, &changed, 1)).unwrap();
            let JournalFault::OutsideChanged { line, .. } = journal.fault().await else {
                panic!("{engine:?} {changed}")
            };
            assert_eq!(line, 3, "{changed}");
        }

        // A line removed in the middle.
        fs::write(&path, journal.heads_file.replacen(&format!("{third}\n"), "", 1)).unwrap();
        assert_eq!(journal.fault().await, JournalFault::OutsideRemoved { batch: 3 }, "{engine:?}");

        // What is amiss in the database comes first.
        journal.cut_from(5).await;
        assert!(matches!(journal.fault().await, JournalFault::Truncated { batch: 4, .. }), "{engine:?}");
        journal.put_back().await;
        journal.house.reopen().await;
        journal.assert_whole().await;
    }
}

#[tokio::test]
async fn heads_that_a_crash_kept_from_the_file_are_written_at_the_next_start() {
    for engine in engines() {
        let mut journal = Tampered::new(&engine).await;
        let path = journal.house.heads();
        let lines: Vec<&str> = journal.heads_file.lines().collect();
        let half = |line: &str| line[..line.len() / 2].to_owned();
        let behind = [
            lines[..4].join("\n") + "\n",
            lines[..4].join("\n"),
            lines[..5].join("\n") + "\n" + &half(lines[5]),
            half(lines[0]),
            String::new(),
        ];
        for left in behind {
            fs::write(&path, &left).unwrap();
            journal.house.reopen().await;
            journal.assert_whole().await;
            let now = fs::read_to_string(&path).unwrap();
            assert!(now.starts_with(&left), "{engine:?}: the file is only ever appended to");
            for line in &lines {
                assert_eq!(now.lines().filter(|l| l == line).count(), 1, "{engine:?}");
            }
        }
        // The next batch follows.
        write(&journal.house, &journal.op, 2).await;
        journal.house.sequence().await.unwrap();
        journal.assert_whole().await;
    }
}

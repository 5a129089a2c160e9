//! temp
#![allow(warnings, clippy::all)]
#[path = "screening/ledger.rs"]
mod ledger;
use app_screening::*;
use ledger::*;
use test_support::*;
fn hwm() -> String {
    std::fs::read_to_string("/proc/self/status")
        .unwrap()
        .lines()
        .filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS"))
        .collect::<Vec<_>>()
        .join(" ")
}
#[tokio::test]
async fn perf() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let mut v = Vec::with_capacity(1_000_000);
        let mut x: u64 = 1;
        for i in 0..1_000_000u64 {
            x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let r = (x >> 33) % 20_000;
            v.push(Pay {
                at: day(0) + model::Span::seconds((i as i64) * 20),
                from: format!("S{}", (x >> 20) % 5000),
                to: format!("R{}", r * r / 20_000),
                minor: 100_000 + (x % 600_000) as i64,
                individual: Some(true),
            });
        }
        let t = std::time::Instant::now();
        let im = import_in(&house, &v, 8192).await;
        drop(v);
        println!("import {:?} {}", t.elapsed(), hwm());
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        println!("reset {}", hwm());
        let op = house.system().system("screening", "screening");
        let t = std::time::Instant::now();
        let s = screen_import(&op, &house, &baseline(), im).await.unwrap();
        println!("{s:?} {:?} {}", t.elapsed(), hwm());
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let t = std::time::Instant::now();
        let s = screen_import(&op, &house, &baseline(), im).await.unwrap();
        println!("{s:?} {:?} {}", t.elapsed(), hwm());
    }
}

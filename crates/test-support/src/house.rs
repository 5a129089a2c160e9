//! The house a test works in.

use std::{
    ops::Deref,
    path::{Path, PathBuf},
    sync::Arc,
};

use access::{ActorKind, Policy, Profiles};
use app_kernel::{Error, House, HouseParts, KeyFile, Op, Times};
use model::{Id, kinds};
use store::{ChildKeys, Db, organisations::Organisation};
use tempfile::TempDir;

use crate::{
    TestClock, TestEngine, TestEntropy,
    bare::{Aside, Part},
    database::Places,
};

/// A house as `sagip init` leaves it before anyone founds it: keys and tables, and nobody in it.
pub struct EmptyHouse {
    // The house goes before the databases and the folder it has open: fields drop in this order.
    house: Arc<House>,
    pub(crate) places: Places,
    /// The clock.
    pub clock: Arc<TestClock>,
    /// Chance.
    pub entropy: Arc<TestEntropy>,
    /// The key file.
    pub key_file: KeyFile,
    profile: String,
    folder: TempDir,
}

impl Deref for EmptyHouse {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl EmptyHouse {
    /// A fresh house of a profile, with chance from seed 1.
    pub async fn new(engine: &TestEngine, profile: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let clock = Arc::new(TestClock::default());
        let entropy = Arc::new(TestEntropy::new(1));
        let key_file = KeyFile::at(&folder.path().join("root.key"));
        key_file.create(&*entropy).expect("a key file");
        let places = Places::make(engine, folder.path()).await;
        let house = open(&places, &key_file, folder.path(), &clock, &entropy, profile).await;
        let house = Arc::new(house.expect("the house"));
        Self { house, places, clock, entropy, key_file, profile: profile.to_owned(), folder }
    }

    /// Closes the house and opens it anew, as a restart does; also after keys were rotated.
    pub async fn reopen(&mut self) {
        self.try_reopen().await.expect("the house");
    }

    /// The same, for a house that may refuse: then it stays closed.
    pub async fn try_reopen(&mut self) -> Result<(), Error> {
        self.house.close().await;
        self.house = Arc::new(self.open_another().await?);
        Ok(())
    }

    /// The same house opened once more, as a second process does.
    pub async fn open_another(&self) -> Result<House, Error> {
        let (places, key_file, folder) = (&self.places, &self.key_file, self.folder.path());
        open(places, key_file, folder, &self.clock, &self.entropy, &self.profile).await
    }

    /// The house itself, for a server that shares it with the test. It must be dropped before the
    /// house is opened anew.
    pub fn shared(&self) -> Arc<House> {
        Arc::clone(&self.house)
    }

    /// The folder of the test; it goes away with the house.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file of the journal's heads.
    pub fn heads(&self) -> PathBuf {
        self.folder.path().join("heads")
    }

    /// The context of the house itself acting for an organisation.
    pub fn system_op(&self, organisation: Id<kinds::Organisation>) -> Op {
        Op {
            actor: access::Actor {
                user: self.house.id(),
                organisation,
                roles: Vec::new(),
                kind: ActorKind::System("test"),
                strong_until: None,
            },
            purpose: "test",
            reason: None,
            request: self.house.id(),
        }
    }
}

async fn open(
    places: &Places,
    key_file: &KeyFile,
    folder: &Path,
    clock: &Arc<TestClock>,
    entropy: &Arc<TestEntropy>,
    profile: &str,
) -> Result<House, Error> {
    let profiles = Profiles::shipped().expect("the shipped profiles");
    let profile = profiles.get(profile).unwrap_or_else(|| panic!("“{profile}” is no profile")).clone();
    let db = Db::open(&places.data, &profile.rooms).await.expect("the database");
    let child_keys = ChildKeys::open(&places.keys).await.expect("the key store");
    House::open_from(key_file, |root| HouseParts {
        db: db.clone(),
        child_keys: child_keys.clone(),
        root,
        heads: folder.join("heads"),
        clock: clock.clone(),
        entropy: entropy.clone(),
        policy: Policy::shipped().expect("the shipped roles"),
        profile: profile.clone(),
        times: Times::default(),
        zone: "Asia/Manila".to_owned(),
    })
    .await
}

/// A house with three organisations in it, and people as a test asks for them.
pub struct TestHouse {
    house: EmptyHouse,
    /// The organisation the tests are about.
    pub organisation: Id<kinds::Organisation>,
    /// One with which records may be shared.
    pub partner: Id<kinds::Organisation>,
    /// One that nothing is shared with.
    pub foreign: Id<kinds::Organisation>,
}

impl Deref for TestHouse {
    type Target = EmptyHouse;

    fn deref(&self) -> &EmptyHouse {
        &self.house
    }
}

/// The setting that names the organisation the installation was founded with.
const MAIN: &str = "main_organisation";

impl TestHouse {
    /// A fresh national house: one that has every room.
    pub async fn new(engine: &TestEngine) -> Self {
        Self::with_profile(engine, "national").await
    }

    /// A fresh house of a profile.
    pub async fn with_profile(engine: &TestEngine, profile: &str) -> Self {
        let house = EmptyHouse::new(engine, profile).await;
        let [organisation, partner, foreign] =
            ["Synthetic Main", "Synthetic Partner", "Synthetic Stranger"].map(|name| (house.id(), name));
        for (id, name) in [organisation, partner, foreign] {
            house.add_organisation(id, name, false).await;
        }
        house.put_setting(MAIN, &organisation.0.to_string()).await;
        Self { organisation: organisation.0, partner: partner.0, foreign: foreign.0, house }
    }

    /// Closes the house and opens it anew, as a restart does; also after keys were rotated.
    pub async fn reopen(&mut self) {
        self.house.reopen().await;
    }

    /// The same, for a house that may refuse: then it stays closed.
    pub async fn try_reopen(&mut self) -> Result<(), Error> {
        self.house.try_reopen().await
    }

    /// Closes the house and sets a copy of one of its databases aside. The house must be opened anew.
    pub async fn set_aside(&mut self, part: Part) -> Aside {
        self.house.close().await;
        Aside::of(&self.house.places, part).await
    }

    /// Closes the house and puts a database back as it was. The house must be opened anew.
    pub async fn put_back(&mut self, aside: &Aside) {
        self.house.close().await;
        aside.put_back(&self.house.places).await;
    }

    /// The context of the house itself acting for the main organisation.
    pub fn system(&self) -> Op {
        self.house.system_op(self.organisation)
    }
}

impl EmptyHouse {
    /// Adds an organisation with its keys; `links_across` says whether its agreement lets its
    /// reports link with other organisations' reports.
    pub async fn add_organisation(&self, id: Id<kinds::Organisation>, name: &str, links_across: bool) {
        let op = self.system_op(id);
        let mut tx = self.begin(&op).await.expect("a transaction");
        let permit = tx.allow(&op, access::Action::ManageUsers).expect("the system's leave");
        let row = Organisation { id, name: name.to_owned(), links_across, created_at: self.house.now() };
        store::organisations::insert(tx.store(&permit), &row).await.expect("an organisation");
        self.house.make_keys(&mut tx, &permit, id).await.expect("its keys");
        tx.journal(&op, &permit, serde_json::json!({"organisations": 1})).await.expect("an entry");
        tx.commit().await.expect("an organisation");
    }

    /// Sets a setting of the installation.
    pub async fn put_setting(&self, key: &str, value: &str) {
        let op = self.system_op(self.house.id());
        let mut tx = self.begin(&op).await.expect("a transaction");
        let permit = tx.allow(&op, access::Action::ManageUsers).expect("the system's leave");
        store::organisations::set(tx.store(&permit), key, value).await.expect("a setting");
        tx.journal(&op, &permit, serde_json::json!({"settings": 1})).await.expect("an entry");
        tx.commit().await.expect("a setting");
    }
}

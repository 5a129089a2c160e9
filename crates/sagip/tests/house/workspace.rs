//! What the rules look at: cargo's own account of the workspace, and the project's text files.

use std::{
    collections::{BTreeSet, HashMap},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use serde::Deserialize;

/// `cargo metadata`, as far as the rules read it.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    pub(crate) resolve: Resolve,
}

/// A package, ours or another's.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    /// What each feature turns on.
    #[serde(default)]
    features: HashMap<String, Vec<String>>,
}

/// A dependency as a manifest names it.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// None for an ordinary one, `dev` or `build`.
    pub(crate) kind: Option<String>,
    #[serde(default)]
    optional: bool,
    /// Its name here, where it has another than its own.
    #[serde(default)]
    rename: Option<String>,
}

impl Dependency {
    pub(crate) fn only_for_tests(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

/// What cargo made of all manifests together.
#[derive(Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// A package and the packages it uses.
#[derive(Deserialize)]
pub(crate) struct Node {
    id: String,
    deps: Vec<Edge>,
    /// The features that are on.
    #[serde(default)]
    features: Vec<String>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

impl Metadata {
    /// Our own packages.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    /// The names of everything a package is built from, however far down; tests' needs left out.
    pub(crate) fn closure(&self, package: &Package) -> BTreeSet<&str> {
        let nodes: HashMap<&str, &Node> =
            self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let packages: HashMap<&str, &Package> =
            self.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let mut ids = BTreeSet::new();
        let mut open = vec![package.id.as_str()];
        while let Some(id) = open.pop() {
            for edge in &nodes[id].deps {
                let built = edge.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
                    && packages[id].turns_on(&packages[edge.pkg.as_str()].name, &nodes[id].features);
                if built && ids.insert(edge.pkg.as_str()) {
                    open.push(&edge.pkg);
                }
            }
        }
        self.packages.iter().filter(|p| ids.contains(p.id.as_str())).map(|p| p.name.as_str()).collect()
    }
}

impl Package {
    /// Whether a dependency is there under these features. Cargo's account also names an optional one
    /// that a feature would only configure if another turned it on.
    fn turns_on(&self, used: &str, features: &[String]) -> bool {
        let mut of_it =
            self.dependencies.iter().filter(|one| one.name == used && !one.only_for_tests()).peekable();
        if of_it.peek().is_none() {
            return true;
        }
        of_it.any(|one| {
            let name = one.rename.as_deref().unwrap_or(&one.name);
            let (whole, with) = (format!("dep:{name}"), format!("{name}/"));
            let turns = |on: &String| *on == whole || on.starts_with(&with);
            !one.optional
                || features.iter().any(|feature| {
                    feature == name || self.features.get(feature).is_some_and(|ons| ons.iter().any(turns))
                })
        })
    }
}

/// The workspace as it stands.
pub(crate) static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo could not be started");
    assert!(
        output.status.success(),
        "`cargo metadata --offline --locked` failed; `cargo fetch --locked` brings what it lacks:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo's account of the workspace could not be read")
});

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace's folder")
    });
    &ROOT
}

/// A text file of the project.
pub(crate) struct TextFile {
    /// Its path below the workspace's folder.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|it| it == extension)
    }

    /// Whether it is the source of a crate, not of its tests or examples.
    pub(crate) fn is_crate_source(&self) -> bool {
        self.has_extension("rs") && self.path.starts_with("crates/") && self.path.contains("/src/")
    }
}

/// All text files of the project below `folder`: everything that is not built, and no lock file.
pub(crate) fn text_files(folder: &str) -> Vec<TextFile> {
    let mut files = Vec::new();
    walk(&root().join(folder), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn walk(folder: &Path, files: &mut Vec<TextFile>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let entry = entry.expect("a folder's entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().expect("a file's type");
        if kind.is_dir() {
            if name != ".git" && name != ".venv" && name != "target" && !name.starts_with("target-") {
                walk(&entry.path(), files);
            }
        } else if kind.is_file() && name != "Cargo.lock" {
            // What is not UTF-8 is not text; fonts and pictures have no words to check. A file that
            // went away since the folder was read has none either.
            if let Ok(text) = fs::read_to_string(entry.path()) {
                let path = entry.path().strip_prefix(root()).expect("a path below the root").to_owned();
                files.push(TextFile { path: path.to_string_lossy().into_owned(), text });
            }
        }
    }
}

/// Fails with one line for each breach of a rule.
pub(crate) fn hold(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}; {} do not hold:\n  {}", breaches.len(), breaches.join("\n  "));
}

//! A new migration is a reason to compile again, although no source file changes with it.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

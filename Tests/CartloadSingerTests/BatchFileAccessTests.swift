// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import Glibc
import TestSupport
import Testing

/// Which files and hosts manifests may name (I8).
@Suite struct BatchFileAccessTests {
    let folder: TemporaryFolder
    var root: String { folder.path + "/in" }

    /// `in/a b.jsonl`, `in/sub/c.jsonl`, `in/50%25.jsonl`, links, a pipe, and files outside.
    init() throws {
        folder = try TemporaryFolder()
        for name in ["in", "in/sub", "in-secret"] { try folder.make(name) }
        for name in [
            "in/a b.jsonl", "in/sub/c.jsonl", "in/50%25.jsonl", "in/e%2f.jsonl", "out.jsonl", "in-secret/s.jsonl",
            "in/both%41.jsonl", "in/bothA.jsonl",
        ] { try folder.write(name, "{}") }
        symlink(folder.path + "/out.jsonl", root + "/link")
        symlink(folder.path, root + "/up")
        symlink("a b.jsonl", root + "/inner")
        symlink("/dev/zero", root + "/zero")
        symlink("loop", root + "/loop")
        mkfifo(root + "/pipe", 0o644)
    }

    private func found(_ entry: String, _ access: BatchFileAccess) throws -> String? {
        guard case .local(let path) = try access.place(of: entry) else { return nil }
        return path
    }

    @Test func filesBelowARootAreFoundHoweverTheyAreWritten() throws {
        let access = try BatchFileAccess(roots: [root])
        for (entry, name) in [
            ("file://\(root)/a b.jsonl", "a b.jsonl"), ("FILE://\(root)/a b.jsonl", "a b.jsonl"),
            ("file://localhost\(root)/a%20b.jsonl", "a b.jsonl"), ("\(root)/a b.jsonl", "a b.jsonl"),
            ("\(root)//sub/../sub/./c.jsonl", "sub/c.jsonl"), ("file://\(root)/sub%2Fc.jsonl", "sub/c.jsonl"),
            // A name that is there as it is written comes before its decoded form.
            ("\(root)/50%25.jsonl", "50%25.jsonl"), ("\(root)/both%41.jsonl", "both%41.jsonl"),
            // Links are followed as long as they stay inside.
            ("\(root)/inner", "a b.jsonl"), ("\(root)/up/in/sub/c.jsonl", "sub/c.jsonl"),
        ] {
            #expect(try found(entry, access) == "\(root)/\(name)", "\(entry)")
        }
    }

    @Test func theStorageRootIsWhereRelativeAndMovedFilesAre() throws {
        for storage in [root, "file://\(root)", "file://localhost\(root)", root + "/"] {
            let access = try BatchFileAccess(storageRoot: storage)
            for (entry, name) in [
                ("a b.jsonl", "a b.jsonl"), ("a%20b.jsonl", "a b.jsonl"), ("sub/c.jsonl", "sub/c.jsonl"),
                ("file://sub/c.jsonl", "sub/c.jsonl"), ("./sub/../a b.jsonl", "a b.jsonl"),
                // Made on another machine: its last name is looked for.
                ("/elsewhere/a b.jsonl", "a b.jsonl"), ("file:///data/batches/a%20b.jsonl", "a b.jsonl"),
                ("/x/sub/c.jsonl", "sub/c.jsonl"),
            ] {
                #expect(try found(entry, access) == "\(root)/\(name)", "\(entry) in \(storage)")
            }
        }
    }

    /// The longest end of the path that is there is taken.
    @Test func movedFilesKeepTheirFolders() throws {
        try folder.write("in/c.jsonl", "{}")
        let access = try BatchFileAccess(storageRoot: root)
        #expect(try found("/data/batches/sub/c.jsonl", access) == root + "/sub/c.jsonl")
        #expect(try found("/data/batches/c.jsonl", access) == root + "/c.jsonl")
        #expect(try found("/data/sub%2Fc.jsonl", access) == root + "/sub/c.jsonl")
        #expect(throws: CartloadError.self) { try access.place(of: "/data/sub/../../out.jsonl") }
    }

    @Test(arguments: [
        "out.jsonl", "in/link", "in/../out.jsonl", "in/%2e%2e/out.jsonl", "in/..%2fout.jsonl", "in/up/out.jsonl",
        "in/sub/../../out.jsonl", "in", "in/sub", "in/", "in/missing", "in/pipe", "in/zero", "in/loop", "in/link/x",
        // A name that only begins as the root's does.
        "in-secret/s.jsonl", "in/../in-secret/s.jsonl",
    ])
    func whatIsOutsideOrNoPlainFileIsRefused(name: String) throws {
        for access in [try BatchFileAccess(roots: [root]), try BatchFileAccess(storageRoot: root)] {
            for entry in ["file://\(folder.path)/\(name)", "\(folder.path)/\(name)"] {
                let error = #expect(throws: CartloadError.self) { try access.place(of: entry) }
                #expect(error?.code == .batchFile)
            }
        }
    }

    @Test(arguments: [
        "/etc/passwd", "file:///etc/passwd", "file://localhost/etc/passwd", "/proc/self/environ", "/dev/stdin",
        "../out.jsonl", "..%2fout.jsonl", "%2e%2e/out.jsonl", "", "file://", "file:", "/", "a b.jsonl\0.txt",
        "a%00b", "file://\u{0}", "~/x", "file://host/share/x", "data:text/plain,x", "ftp://h/x", "s3://bucket/x",
        "gopher://h/", "http://h/x", "https://h/x", "jar:file:///etc/passwd", "http:///x", "https://",
    ])
    func nothingElseIsReached(entry: String) throws {
        for access in [BatchFileAccess.none, try BatchFileAccess(roots: [root], storageRoot: root, hosts: ["files"])] {
            let error = #expect(throws: CartloadError.self) { try access.place(of: entry) }
            #expect(error?.code == .batchFile)
        }
    }

    /// A root that is the whole file system allows every plain file, and still no device.
    @Test func theWholeFileSystemCanBeARoot() throws {
        let access = try BatchFileAccess(roots: ["/"])
        #expect(try found(folder.path + "/out.jsonl", access) == folder.path + "/out.jsonl")
        #expect(throws: CartloadError.self) { try access.place(of: "/dev/null") }
    }

    @Test func onlyAllowedHostsAreReached() throws {
        let access = try BatchFileAccess(hosts: ["Files.example:8443", "other.example"])
        for entry in ["https://files.example:8443/x?sig=1", "http://FILES.example:8443/x", "HTTPS://other.example"] {
            #expect(try access.place(of: entry) == .remote(entry))
        }
        for entry in [
            "https://files.example/x?sig=secret", "https://files.example:8443@evil/x?sig=secret",
            "https://user:secret@files.example:8443/x", "https://files.example:8443.evil/x?secret",
            "https://evil/files.example:8443?secret", "https://other.example:80/x?secret",
            "https://evil#files.example:8443", "https://evil?files.example:8443=secret",
            "https://user:secret/@files.example:8443/x", "https://a@secret@files.example:8443/x",
            "https://evil\\@files.example:8443/x?secret", "https:// other.example/x?secret",
            "ftp://files.example:8443/x?secret", "file+https://other.example/x?secret",
        ] {
            let error = #expect(throws: CartloadError.self, "\(entry)") { try access.place(of: entry) }
            #expect(error?.code == .batchFile)
            #expect(error?.description.contains("secret") == false, "\(entry)")
        }
    }

    @Test(arguments: ["https://h/x", "s3://", "gs://bucket/prefix", ""])
    func aStorageRootMustBeAFolderOrABucket(root: String) {
        let error = #expect(throws: CartloadError.self) { try BatchFileAccess(storageRoot: root) }
        #expect(error?.code == .batchFile)
    }
}

// What a configuration file leaves to the machine: whose store it is about, and what there is to say of its place.

import ChangeFeed
import DaemonConfiguration
import Foundation
import Testing

@testable import Daemon

@Suite("The file of a configuration")
struct ConfigurationFileTests {
    private func settings(_ text: String) throws -> DaemonSettings {
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        return try DaemonSettings.read(Array(text.utf8), secrets: nothing).outcome.get()
    }

    /// With a directory for the instance `other`, and for no third.
    private func place(
        _ configuration: String, _ text: String = "{}", environment: [String: String] = [:]
    ) throws -> String {
        ConfigurationFile.storePath(
            try settings(text), of: PackagedService(configuration: configuration), environment: environment,
            exists: { $0 == "/var/lib/insightly-webhooks/other" || $0 == "/var/lib/insightly-webhooks" })
    }

    @Test("An instance's commands are about its own store, without a word of systemd")
    func instance() throws {
        let other = "/etc/insightly-webhooks/other.json"
        #expect(try place(other) == "/var/lib/insightly-webhooks/other/state.sqlite3")
        #expect(try place("/etc/insightly-webhooks/config.json") == "/var/lib/insightly-webhooks/state.sqlite3")
        #expect(try place("/home/a/other.json") == "/var/lib/insightly-webhooks/state.sqlite3")
        #expect(try place("/etc/insightly-webhooks/third.json") == "/var/lib/insightly-webhooks/state.sqlite3")
        #expect(try place(other, #"{"store.path": "/a/b"}"#) == "/a/b")
        #expect(try place(other, environment: ["STATE_DIRECTORY": "/c:/d"]) == "/c/state.sqlite3")
    }

    @Test("A directory in the place of the store is a problem, and one that is not there is told of before it is made")
    func findings() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("file-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func findings(of store: String) throws -> ConfigurationFile.StoreFindings {
            let path = directory + "/config.json"
            try #"{"store.path": "\#(store)"}"#.write(toFile: path, atomically: true, encoding: .utf8)
            let file = try ConfigurationFile(path: path, environment: [:])
            return file.findings(ofStoreOf: try file.reading.outcome.get(), environment: [:])
        }
        let taken = try findings(of: directory)
        #expect(taken.problems.map(\.key) == ["store.path"])
        #expect(taken.problems.first?.wrong == "\(directory) is a directory")
        let missing = try findings(of: directory + "/sub/state.sqlite3")
        #expect(missing.problems.isEmpty && missing.warnings.map(\.key) == ["store.path"])
        #expect(missing.warnings.first?.wrong.contains("\(directory)/sub is not there") == true)
        let right = try findings(of: directory + "/state.sqlite3")
        #expect(right.problems.isEmpty && right.warnings.isEmpty)
    }

    @Test("An address of a database is looked at without a word of it, and needs no file to be there")
    func addresses() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        func read(_ address: String) throws -> ConfigurationFile {
            try #"{"store.url": "\#(address)"}"#.write(toFile: path, atomically: true, encoding: .utf8)
            return try ConfigurationFile(path: path, environment: [:], needsSecrets: false)
        }
        for (address, wrong) in [
            ("postgresql://who:hidden@db.example", "names no database"), ("postgresql//hidden", "is not an address"),
            ("host=a,b port=1,2,3 dbname=hidden", "different lengths"),
        ] {
            guard case .failure(let invalid) = try read(address).reading.outcome else {
                Issue.record("\(address) was taken")
                continue
            }
            #expect(invalid.problems.map(\.key) == ["store.url"])
            #expect("\(invalid)".contains(wrong) && !"\(invalid)".contains("hidden"), "\(invalid)")
        }
        let file = try read("postgresql://who:hidden@db.example/state")
        let settings = try file.reading.outcome.get()
        let findings = file.findings(ofStoreOf: settings, environment: [:])
        #expect(findings.problems.isEmpty && findings.warnings.isEmpty)
        let place = try file.store(of: settings, environment: [:]).place
        #expect(place == #"database "state" at db.example, as user "who""#)
    }

    @Test("A file that is no JSON is named with the place in it, and a secret's file that is not there in few words")
    func words() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        func said(_ text: String) throws -> [String] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let outcome = try ConfigurationFile(path: path, environment: [:]).reading.outcome
            guard case .failure(let invalid) = outcome else { return [] }
            return invalid.problems.map(\.description)
        }
        #expect(try said("{\"log.level\": }").first?.hasPrefix("\(path), line 1, column 15: this is not JSON") == true)
        let missing = try said(
            #"{"event.notification.enabled": true, "insightly.api_key": {"file": "/nowhere/key"}}"#)
        let words = "/nowhere/key cannot be read (No such file or directory)"
        #expect(missing.contains { $0.contains(words) }, "\(missing)")
    }
}

// Packing and unpacking for all connections of one store, or of an account of it.

import ChangeFeed
import Foundation
import Synchronization

/// Keeps the store's dictionaries, and what zstd works with.
package final class Packing: Sendable {
    private struct Dictionaries {
        var byNumber: [UInt32: PackingDictionary] = [:]
        /// By resource: what its rows are packed by from now on, and how that serves.
        var inUse: [Int64: PackingDictionary] = [:]
        var fitness: [Int64: DictionaryFitness] = [:]
        var lacksSome = false
    }

    private let dictionaries = Mutex(Dictionaries())
    private let contexts: PackingContexts

    package init(_ contexts: PackingContexts = PackingContexts()) {
        self.contexts = contexts
    }

    /// The bytes as they are to be stored: packed, where that makes them smaller.
    package func pack(_ bytes: UnsafeRawBufferPointer, by dictionary: PackingDictionary?) -> Data {
        var stored = Data()
        withPacked(bytes, by: dictionary) { stored = Data($0) }
        return stored
    }

    /// The same, where it stands for as long as `body` runs.
    package func withPacked(
        _ bytes: UnsafeRawBufferPointer, by dictionary: PackingDictionary?,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        guard bytes.count > Limits.packedFromBytes, bytes.count <= Limits.packedBytes else {
            return try plain(bytes).withUnsafeBytes(body)
        }
        try withContext { context in
            let head = dictionary?.head ?? PackedForm.head(ofFrameBy: nil)
            guard let frame = context.frame(of: bytes, by: dictionary, behind: head) else {
                return try plain(bytes).withUnsafeBytes(body)
            }
            try body(frame)
        }
    }

    /// Nil where they are not what was stored, or what they were packed by is missing.
    package func unpack(_ stored: Data) -> [UInt8]? {
        stored.withUnsafeBytes { stored in
            switch PackedForm(of: stored) {
            case .plain(let range):
                return [UInt8](stored[range])
            case .alone(let frame):
                return withContext { $0.bytes(of: UnsafeRawBufferPointer(rebasing: stored[frame]), by: nil) }
            case .byDictionary(let number, let frame):
                guard let dictionary = found(number) else { return nil }
                return withContext {
                    $0.bytes(of: UnsafeRawBufferPointer(rebasing: stored[frame]), by: dictionary)
                }
            case .unknown:
                return nil
            }
        }
    }

    private func plain(_ bytes: UnsafeRawBufferPointer) -> Data { Data(PackedForm.head(ofPlain: bytes)) + bytes }

    private func withContext<Answer>(_ work: (PackingContext) throws -> Answer) rethrows -> Answer {
        let context = contexts.withLock { $0.popLast() } ?? PackingContext()
        defer { contexts.withLock { $0.append(context) } }
        return try work(context)
    }
}

// MARK: - Dictionaries

extension Packing {
    /// What the rows of a resource are packed by; nil: nothing yet.
    package func dictionary(of resource: Int64) -> PackingDictionary? { dictionaries.withLock { $0.inUse[resource] } }

    /// Whether one was damaged, or was asked for and is not there.
    package var lacksDictionaries: Bool { dictionaries.withLock { $0.lacksSome } }

    package func lack() { dictionaries.withLock { $0.lacksSome = true } }

    private func found(_ number: UInt32) -> PackingDictionary? {
        dictionaries.withLock {
            if $0.byNumber[number] == nil { $0.lacksSome = true }
            return $0.byNumber[number]
        }
    }

    package func knows(_ number: UInt32) -> Bool { dictionaries.withLock { $0.byNumber[number] != nil } }

    /// Rows may need it from now on: it is known before the transaction ends that stores it.
    package func learn(_ dictionary: PackingDictionary) {
        dictionaries.withLock { $0.byNumber[dictionary.number] = dictionary }
    }

    /// It is stored, and the rows of the resource are packed by it.
    package func use(_ dictionary: PackingDictionary, of resource: Int64, promising promised: Double) {
        dictionaries.withLock {
            $0.byNumber[dictionary.number] = dictionary
            $0.inUse[resource] = dictionary
            $0.fitness[resource] = DictionaryFitness(promised: promised)
        }
    }

    /// It is not in the store any more.
    package func dismiss(_ number: UInt32, of resource: Int64) {
        dictionaries.withLock {
            guard $0.inUse[resource]?.number == number else { return }
            $0.inUse[resource] = nil
            $0.fitness[resource] = nil
        }
    }

    package func isTrainingDue(of resource: Int64) -> Bool {
        dictionaries.withLock { $0.fitness[resource, default: DictionaryFitness()].isDue }
    }

    package func foundNoDictionary(of resource: Int64) {
        dictionaries.withLock { $0.fitness[resource, default: DictionaryFitness()].foundNone() }
    }

    /// A record was packed.
    package func took(plain: Int, packed: Int, of resource: Int64) {
        dictionaries.withLock {
            $0.fitness[resource, default: DictionaryFitness()].took(plain: plain, packed: packed)
        }
    }
}

// The limits of packing what the store keeps, each with its reason.

extension Limits {
    /// What is not larger is kept as it is: a frame takes a dozen bytes itself.
    package static let packedFromBytes = 64

    /// What is larger is kept as it is, and nothing that claims to have been larger is unpacked: no record is, for no page
    /// is.
    package static let packedBytes = jsonBytes

    /// A dictionary. Of contacts of 1,830 bytes, 8 KB leave 222, 16 KB 199 and 32 KB 179; each is read by every process
    /// that opens the store, and each resource has one.
    package static let dictionaryBytes = 16 * 1024

    /// Records that a dictionary is trained by, at most, and a part of them that it is tried on: 25 ms of work.
    package static let recordsToTrainBy = 300

    /// What these take in memory at most: more tells a dictionary of 16 KB nothing.
    package static let bytesToTrainBy = 2 * 1024 * 1024

    /// With fewer of a resource, its records are packed by themselves.
    package static let leastRecordsToTrainBy = 150

    /// Of each record: what is alike in large ones is so at their beginnings.
    package static let sampleBytes = 8 * 1024

    /// After that time, events whose dictionary is missing are looked at again.
    package static let lostDictionaryRest: Duration = .hours(1)

    /// Records packed before it is said how well.
    package static let recordsJudged = 1_000

    /// A dictionary that leaves so many times as much as it did of the records it was tried on is looked to be replaced.
    package static let worseThanPromised = 1.5

    /// A new dictionary has to pack so many times better than what it would replace: the old one is kept besides.
    package static let betterToBeTaken = 1.2
}

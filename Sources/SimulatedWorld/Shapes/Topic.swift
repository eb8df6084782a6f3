// What a field is about, and so what its values may be.

import ChangeFeed

enum Topic: Sendable, Equatable {
    case salutation, firstName, lastName, jobTitle, email, emailOrBlank, phone, handle, website, imageURL
    case street, city, state, postcode, country
    case companyName, industry, headcount, rating
    case dealName, dealState, bidType, currency, amount, percentage, projectStatus
    case prose, proseOrBlank, pastime, fruit, flag, birthday, day
    case userID, leadSourceID, leadStatusID, categoryID, pipelineID, stageID
}

extension SeededGenerator {
    /// A value about the topic. It is never null, but may be empty where the service shows empty text.
    mutating func value(about topic: Topic) -> FieldValue {
        switch topic {
        case .email: .text(email())
        case .emailOrBlank: chance(0.3) ? "" : .text(email())
        case .phone: .text("+1 555 01\(within(10...99)) \(within(100...999))")
        case .handle: .text("https://social.example/\(element(of: Words.syllables))\(within(10...9999))")
        case .website: .text("https://\(domain())/")
        case .imageURL: .text("https://images.example/\(within(100_000...999_999)).png?size=64&shape=round")
        case .street: .text("\(within(1...250)) \(element(of: Words.streets))")
        case .postcode: .text(String(within(10_000...99_999)))
        case .companyName: .text("\(element(of: Words.companies)) \(element(of: Words.companyEndings))")
        case .dealName: .text("\(element(of: Words.deals)) \(within(2024...2029))")
        case .headcount: .integer(Int64(chance(0.4) ? 0 : within(1...5000)))
        case .rating: .integer(Int64(within(1...5)))
        case .percentage: .integer(Int64(within(0...20) * 5))
        case .amount: amount()
        case .prose: .text(prose())
        case .proseOrBlank: chance(0.4) ? "" : .text(prose())
        case .flag: .bool(chance(0.2))
        case .birthday: day(in: 1940...2004)
        case .day: day(in: 2023...2029)
        case .userID: .integer(1_500_300 + Int64(within(1...12)))
        case .leadSourceID: .integer(3_100_440 + Int64(within(1...8)))
        case .leadStatusID: .integer(3_200_190 + Int64(within(1...6)))
        case .categoryID: .integer(8_120_010 + Int64(within(1...9)))
        case .pipelineID: .integer(711_300 + Int64(within(1...3)))
        case .stageID: .integer(3_300_860 + Int64(within(1...9)))
        default: .text(element(of: Words.list(topic)))
        }
    }

    mutating func domain() -> String {
        "\(element(of: Words.syllables))\(element(of: Words.syllables))\(within(1...99)).example"
    }

    private mutating func email() -> String {
        "\(element(of: Words.syllables)).\(element(of: Words.syllables))\(within(1...999))@\(domain())"
    }

    private mutating func prose() -> String {
        (0..<within(1...4)).map { _ in element(of: Words.sentences) }.joined(separator: " ")
    }

    /// Money prints whole, with cents, or with a zero behind the point, as the captured answers do.
    private mutating func amount() -> FieldValue {
        switch below(4) {
        case 0: .number("\(within(100...90_000)).0")
        case 1: .number("\(within(100...90_000)).\(within(1...9))5")
        default: .integer(Int64(within(1...900) * 100))
        }
    }

    mutating func day(in years: ClosedRange<Int>) -> FieldValue {
        let pad = CivilTime.padded
        return .text("\(within(years))-\(pad(within(1...12), 2))-\(pad(within(1...28), 2)) 00:00:00")
    }
}

extension SeededGenerator {
    mutating func value(of content: CustomFieldContent) -> FieldValue {
        switch content {
        case .text(let topic): return value(about: topic)
        case .dropdown(let choices): return .text(element(of: choices))
        case .multiselect(let choices):
            let chosen = choices.filter { _ in chance(0.5) }
            return .text((chosen.isEmpty ? [element(of: choices)] : chosen).joined(separator: ";"))
        case .bit: return .bool(chance(0.5))
        case .date: return day(in: 2023...2029)
        case .dateTime:
            let hour = CivilTime.padded(below(24), to: 2)
            guard case .text(let date) = day(in: 2023...2029) else { return nil }
            return .text(date.prefix(10) + " \(hour):\(CivilTime.padded(below(60), to: 2)):00")
        case .numeric(let bound, 0): return .integer(Int64(below(bound)))
        case .numeric(let bound, let decimals):
            let fraction = (0..<decimals).map { _ in String(below(10)) }.joined()
            return .number("\(below(bound)).\(fraction)")
        case .percent: return .integer(Int64(below(101)))
        case .autonumber(let prefix): return .text(prefix + String(within(10_000...99_999)))
        }
    }
}

// The words the simulated instance speaks: invented, in several scripts, with everything that JSON has to escape.

enum Words {
    /// The list behind a topic whose values are plain choices.
    static func list(_ topic: Topic) -> [String] {
        switch topic {
        case .salutation: ["Mr", "Ms", "Dr", "Mx"]
        case .firstName: firstNames
        case .lastName: lastNames
        case .jobTitle: ["Buyer", "Head of R&D", "Owner", "Lektor/in", "VP \"Special Projects\"", "CFO"]
        case .city: ["Harrowgate", "São Bento", "Østby", "Neu-Ulmen", "Kłodno", "Port Ellery", "雪村"]
        case .state: ["CA", "OH", "NSW", "Bayern", "ON"]
        case .country: ["United States", "Australia", "Deutschland", "Norge", "日本", "Côte d’Ivoire"]
        case .industry: ["Boat Building", "Bakery", "Cartography", "Plumbing", "Archives"]
        case .dealState: ["OPEN", "WON", "LOST", "ABANDONED", "SUSPENDED"]
        case .bidType: ["Fixed Bid", "Per Hour", "Per Month"]
        case .currency: ["USD", "EUR", "AUD", "JPY"]
        case .projectStatus: ["NOT STARTED", "IN PROGRESS", "DEFERRED", "COMPLETED", "CANCELLED"]
        case .pastime: ["Curling", "Shogi", "Käsefondue", "Bird-watching", "Origami 🦢", "Line dancing"]
        case .fruit: ["Quince", "Medlar", "Açaí", "Kumquat 🍊", "Damson", "柚子"]
        default: syllables
        }
    }

    static let firstNames = [
        "Ada", "Zoë", "Łukasz", "Søren", "Aïcha", "Noor", "Ngọc", "Марія", "美咲", "José", "Ines", "Tobi", "D’Arcy",
    ]

    static let lastNames = [
        "Okoye", "Brandt", "O'Dell", "Šimek", "Ferreira da Silva", "Lindqvist", "Yıldız", "Kowalczyk", "高橋", "Bianchi",
        "van der Meer", "Tamm", "MacInnes", "Pfeifer \"Piper\"",
    ]

    static let syllables = ["lumo", "tarn", "vesk", "orin", "pell", "quil", "brae", "sund", "mika", "fenn", "dova"]

    static let streets = [
        "Mill Lane", "Rue de l’Étang", "Harbour Rd.", "Am Alten Speicher", "Third Ave\nSuite 4", "Ulica Długa",
    ]

    static let companies = [
        "Tarn & Vesk", "Blåfjell", "Quillmark", "Orin <Marine>", "Pellworm", "Sundry Maps", "Fenn/Brae", "光栄",
        "Dova \\ Sons", "Café Lumo",
    ]

    static let companyEndings = ["Ltd", "GmbH", "Inc.", "AS", "K.K.", "Co-op", "SpA"]

    static let deals = [
        "Fleet service", "Roof survey", "Chart series", "Oven refit", "Archive move 📦", "Annual \"all-in\" plan",
    ]

    /// Quotes, back slashes, line ends of three kinds, control characters, and characters beyond 16 bits.
    static let sentences = [
        "Met at the spring fair.", "Asked for a quote\tby Friday.", "Says \"no rush\".", "Prefers C:\\share\\drawings.",
        "Second line follows:\nhere it is.", "Windows line end:\r\nhere.", "Loves our 👩‍🔧 team 🎉.",
        "Naïve façade, 100 % sûr.",
        "Signed 契約書 on site.", "Odd break\u{2028}inside.", "Bell\u{7}character.", "Budget < 5k & > 2k; a/b tested.",
        "Flag 🇳🇴 on the door.", "Ärger mit Größe ß.", "Nothing else to say.",
    ]

    static let tags = [
        "vip", "newsletter", "trade fair", "Bergen", "überfällig", "a/b", "tilde~tag", "do not call", "🔥 hot", "2026",
    ]

    static let occasions = ["Birthday", "Contract anniversary", "First order", "Jubiläum"]

    static let roles = ["Buyer", "Supplier", "Advisor", "Subsidiary"]
}

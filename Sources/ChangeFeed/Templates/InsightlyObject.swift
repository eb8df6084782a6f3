// The objects of Insightly that can be polled without further configuration.

/// An object of the API v3.1 that has a `/Search` with `updated_after_utc`.
///
/// Paths, ids and dates are those of Insightly's own OpenAPI document for v3.1.
package struct InsightlyObject: Sendable, Hashable {
    /// `Organisations`: plural for some, singular for others, as the API spells it.
    package let path: String
    /// `organisation`: what an event's type begins with.
    package let typeName: String
    package let idField: String
    /// Emails and document templates do not say when they were changed.
    package let hasUpdatedDate: Bool
    /// Document templates say nothing at all about time.
    package let hasCreatedDate: Bool
    /// The keys this object goes by in `event.poller.configuration`, the usual one first, all in `folded` form.
    package let keys: [String]

    private init(
        _ path: String, _ typeName: String, _ idField: String, hasUpdatedDate: Bool = true,
        hasCreatedDate: Bool = true, keys: String...
    ) {
        self.path = path
        self.typeName = typeName
        self.idField = idField
        self.hasUpdatedDate = hasUpdatedDate
        self.hasCreatedDate = hasCreatedDate
        self.keys = keys
    }

    /// What records of this object changed since the last poll.
    package var searchURL: String {
        "/\(path)/Search?updated_after_utc=${gmtDate:\(DatePattern.iso8601.pattern)}"
    }

    /// The object a resource key or a hub URL means; capitals, hyphens and a leading slash do not matter.
    package static func named(_ key: String) -> InsightlyObject? {
        byKey[folded(key)]
    }

    /// The object whose records a path of the API lists or searches; nil for any other, such as `/Contacts/7/Notes`.
    package static func listed(by path: String) -> InsightlyObject? {
        let name = nameListed(by: path)?.lowercased()
        return all.first { $0.path.lowercased() == name }
    }

    /// The name of the object whose records a path of the API lists or searches, built in or not.
    package static func nameListed(by path: String) -> String? {
        let members = path.split(separator: "/").map(String.init)
        guard members.dropFirst().allSatisfy({ $0.lowercased().hasPrefix("search") }) else { return nil }
        return members.first
    }

    /// Whether the API would take this for a custom object: `Fruit__c`.
    package static func isCustom(_ name: String) -> Bool { name.lowercased().hasSuffix("__c") }

    /// One name for all ways of writing an object: `organisations` for `accounts` and `/Organisations`; for an object that
    /// is not built in, its own name without capitals and a leading slash, as the API reads paths.
    package static func canonicalName(of key: String) -> String {
        named(key)?.keys.first ?? (key.hasPrefix("/") ? key.dropFirst() : key[...]).lowercased()
    }

    private static let byKey: [String: InsightlyObject] = Dictionary(
        uniqueKeysWithValues: all.flatMap { object in object.keys.map { ($0, object) } })

    /// `/Pricebook-Entries` becomes `pricebookentries`.
    private static func folded(_ key: String) -> String {
        (key.hasPrefix("/") ? key.dropFirst() : key[...]).lowercased().filter { $0 != "-" && $0 != "_" }
    }

    /// Polled when the configuration names no resources.
    package static let everyday = [contacts, organisations, leads, opportunities]

    package static let contacts = InsightlyObject("Contacts", "contact", "CONTACT_ID", keys: "contacts", "contact")
    package static let organisations = InsightlyObject(
        "Organisations", "organisation", "ORGANISATION_ID",
        keys: "organisations", "organizations", "accounts", "organisation", "organization", "account")
    package static let leads = InsightlyObject("Leads", "lead", "LEAD_ID", keys: "leads", "lead")
    package static let opportunities = InsightlyObject(
        "Opportunities", "opportunity", "OPPORTUNITY_ID", keys: "opportunities", "opportunity")

    package static let all =
        everyday + [
            InsightlyObject("Projects", "project", "PROJECT_ID", keys: "projects", "project"),
            InsightlyObject("Tasks", "task", "TASK_ID", keys: "tasks", "task"),
            InsightlyObject("Events", "event", "EVENT_ID", keys: "events", "event"),
            InsightlyObject("Notes", "note", "NOTE_ID", keys: "notes", "note"),
            InsightlyObject("Emails", "email", "EMAIL_ID", hasUpdatedDate: false, keys: "emails", "email"),
            InsightlyObject("Milestones", "milestone", "MILESTONE_ID", keys: "milestones", "milestone"),
            InsightlyObject("Product", "product", "PRODUCT_ID", keys: "products", "product"),
            InsightlyObject("Pricebook", "pricebook", "PRICEBOOK_ID", keys: "pricebooks", "pricebook"),
            InsightlyObject(
                "PricebookEntry", "pricebook_entry", "PRICEBOOK_ENTRY_ID",
                keys: "pricebookentries", "pricebookentry"),
            InsightlyObject(
                "Quotation", "quotation", "QUOTE_ID", keys: "quotations", "quotation", "quotes", "quote"),
            InsightlyObject(
                "QuotationLineItem", "quotation_line_item", "QUOTATION_ITEM_ID",
                keys: "quotationlineitems", "quotationlineitem"),
            InsightlyObject(
                "OpportunityLineItem", "opportunity_line_item", "OPPORTUNITY_ITEM_ID",
                keys: "opportunitylineitems", "opportunitylineitem"),
            InsightlyObject("Ticket", "ticket", "TICKET_ID", keys: "tickets", "ticket"),
            InsightlyObject("Prospect", "prospect", "PROSPECT_ID", keys: "prospects", "prospect"),
            InsightlyObject(
                "KnowledgeArticle", "knowledge_article", "ARTICLE_ID", keys: "knowledgearticles", "knowledgearticle"),
            InsightlyObject(
                "KnowledgeArticleCategory", "knowledge_article_category", "CATEGORY_ID",
                keys: "knowledgearticlecategories", "knowledgearticlecategory"),
            InsightlyObject(
                "KnowledgeArticleFolder", "knowledge_article_folder", "FOLDER_ID",
                keys: "knowledgearticlefolders", "knowledgearticlefolder"),
            InsightlyObject(
                "CommunityForums", "community_forum", "FORUM_ID", keys: "communityforums", "communityforum"),
            InsightlyObject("CommunityPosts", "community_post", "POST_ID", keys: "communityposts", "communitypost"),
            InsightlyObject(
                "CommunityComments", "community_comment", "COMMENT_ID", keys: "communitycomments", "communitycomment"),
            InsightlyObject(
                "ForumCategories", "forum_category", "FORUM_CATEGORY_ID", keys: "forumcategories", "forumcategory"),
            InsightlyObject("Users", "user", "USER_ID", keys: "users", "user"),
            InsightlyObject(
                "DocumentTemplates", "document_template", "TEMPLATE_ID", hasUpdatedDate: false,
                hasCreatedDate: false, keys: "documenttemplates", "documenttemplate"),
        ]
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension StorageCatalogue {
    static let http: [CatalogueEntry] = [
        CatalogueEntry(
            .badURL, meaning: "A URL is not an http or https URL, or not a usable one.", advice: "Check the URL."),
        CatalogueEntry(
            .badRequest, meaning: "A request has a method or header that cannot be sent.",
            advice: "Correct the request."),
        CatalogueEntry(
            .hostNotAllowed, meaning: "A URL names a host that may not be contacted.",
            advice: "Allow the host, if it is the right one."),
        CatalogueEntry(
            .redirectRefused,
            meaning: "A server redirects to a host that is not allowed, to something insecure, or too often.",
            advice: "Name the URL where it really is, and allow its host."),
        CatalogueEntry(.unresolved, meaning: "A host's name is not known.", advice: "Check the name and the network."),
        CatalogueEntry(
            .refused, meaning: "A host takes no connection.",
            advice: "Check the host and the port, and whether the server runs."),
        CatalogueEntry(
            .tls, meaning: "There is no secure connection, or the server's certificate is not trusted.",
            advice: "Check the host, its certificate and the certificates that are trusted."),
        CatalogueEntry(
            .timeout, meaning: "Connecting, answering or transferring took longer than allowed.",
            advice: "Try again, or allow more time."),
        CatalogueEntry(
            .brokenOff, meaning: "The connection ended before the answer was complete.", advice: "Try again."),
        CatalogueEntry(
            .tooLarge, meaning: "The body or the headers of an answer are larger than allowed.",
            advice: "Allow more, or ask for less."),
        CatalogueEntry(
            .status, meaning: "A server answered with a status that is not a success.",
            advice: "Check the URL and the credentials; the message shows how the server's answer begins."),
        CatalogueEntry(
            .unavailable, meaning: "A server answered with a status that says to try again later.",
            advice: "Try again later."),
        CatalogueEntry(
            .badResponse, meaning: "A server's answer is not what HTTP or the request allows.", advice: "Check the URL."
        ),
        CatalogueEntry(
            .requestFailed, meaning: "A request failed for another reason; the cause says why.",
            advice: "Check the URL and the network."),
        CatalogueEntry(
            .noHTTPLibrary, meaning: "The library libcurl cannot be loaded.",
            advice: "Install the distribution's package libcurl4."
        ),
    ]
}

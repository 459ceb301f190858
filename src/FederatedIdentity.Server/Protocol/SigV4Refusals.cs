namespace FederatedIdentity.Server.Protocol;

/// <summary>The refusals of the signature check in the service's own words. None repeats a signature or a token.</summary>
internal static class SigV4Refusals
{
    public static ApiError Missing { get; } = new("MissingAuthenticationTokenException", "Missing Authentication Token");

    public static ApiError UnknownKey { get; } =
        new("UnrecognizedClientException", "The security token included in the request is invalid.");

    public static ApiError ExpiredSession { get; } =
        new("ExpiredTokenException", "The security token included in the request is expired");

    public static ApiError Mismatch { get; } = Invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
        + "signing method. Consult the service documentation for details.");

    public static ApiError WrongRegion { get; } = Invalid("Credential should be scoped to a valid region.");

    public static ApiError WrongTerminator { get; } = Invalid("Credential should be scoped with a valid terminator: 'aws4_request'.");

    public static ApiError UnsignedHost { get; } =
        Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");

    public static ApiError UnsignedDate { get; } =
        Invalid("'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization.");

    public static ApiError MalformedCredential { get; } = Incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.");

    public static ApiError MalformedHeader { get; } = Incomplete(
        "Authorization header must hold 'Credential', 'SignedHeaders' and 'Signature' once each, as key=value pairs separated by commas.");

    public static ApiError MalformedQuery { get; } = Incomplete(
        "AWS query-string parameters must include 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', "
        + "'X-Amz-Date' and 'X-Amz-Expires' (1 to 604800), once each.");

    public static ApiError MalformedDate { get; } = Incomplete("Date must be in ISO-8601 'basic format'.");

    public static string MissingDate => "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";

    public static string MissingParameter(string name) => $"Authorization header requires '{name}' parameter.";

    public static ApiError WrongService(string service) => Invalid($"Credential should be scoped to correct service: '{service}'.");

    public static ApiError UnknownAlgorithm(string algorithm) => Incomplete($"Unsupported AWS 'algorithm': '{Echo.Of(algorithm)}'.");

    public static ApiError WrongScopeDate(string scope, string date, string stamp) => Invalid(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        + $"'{Echo.Of(scope)}' != '{date}', from '{stamp}'.");

    // SDKs look for the words "Signature expired" and "Signature not yet current" to correct their clock.
    public static ApiError Expired(string stamp, string limit, string now) =>
        Invalid($"Signature expired: {stamp} is now earlier than {limit} ({now} - 5 min.)");

    public static ApiError NotYetCurrent(string stamp, string limit, string now) =>
        Invalid($"Signature not yet current: {stamp} is still later than {limit} ({now} + 5 min.)");

    public static ApiError Incomplete(string message) => new("IncompleteSignatureException", message);

    private static ApiError Invalid(string message) => new("InvalidSignatureException", message);
}

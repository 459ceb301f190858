namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// The errors that AWS Query services have in common, and their own names for those of the shared phases. They use 403 where the
/// JSON API says 400.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html</remarks>
internal static class QueryErrors
{
    public static ApiError MissingAction { get; } = new("MissingAction", "The request must contain the parameter Action.");

    public static ApiError MalformedQuery { get; } =
        new("MalformedQueryString", "The query string contains a syntax error.", StatusCodes.Status404NotFound);

    public static ApiError InvalidAction(string action, string? version) =>
        new("InvalidAction", $"Could not find operation {Echo.Of(action)} for version {Echo.Of(version ?? "NO_VERSION_SPECIFIED")}");

    public static ApiError NoSuchEntity(string message) => new("NoSuchEntity", message, StatusCodes.Status404NotFound);

    public static ApiError EntityAlreadyExists(string message) => new("EntityAlreadyExists", message, StatusCodes.Status409Conflict);

    public static ApiError DeleteConflict(string message) => new("DeleteConflict", message, StatusCodes.Status409Conflict);

    public static ApiError LimitExceeded(string message) => new("LimitExceeded", message, StatusCodes.Status409Conflict);

    public static ApiError InvalidInput(string message) => new("InvalidInput", message);

    public static ApiError MalformedPolicyDocument(string message) => new("MalformedPolicyDocument", message);

    public static ApiError AccessDenied(string message) => new("AccessDenied", message, StatusCodes.Status403Forbidden);

    /// <summary>An error of the shared phases under the name that these services give it; every other as it is.</summary>
    public static ApiError Of(ApiError error) => error.Type switch
    {
        "InternalErrorException" => new("InternalFailure", error.Message, error.Status),
        "ServiceUnavailableException" => new("ServiceUnavailable", error.Message, error.Status),
        "RequestEntityTooLargeException" => new("RequestEntityTooLarge", error.Message, error.Status),
        "RequestTimeoutException" => new("RequestTimeout", error.Message, error.Status),
        "SerializationException" => MalformedQuery,
        "TooManyRequestsException" => new("Throttling", error.Message),
        "ValidationException" => new("ValidationError", error.Message),
        "AccessDeniedException" => AccessDenied(error.Message!),
        _ => error,
    };

    /// <summary>The same for a refused signature.</summary>
    public static ApiError OfSignature(ApiError refused) => refused.Type switch
    {
        "MissingAuthenticationTokenException" => Forbidden("MissingAuthenticationToken", "Request is missing Authentication Token"),
        "UnrecognizedClientException" => Forbidden("InvalidClientTokenId", refused.Message),
        "ExpiredTokenException" => Forbidden("ExpiredToken", refused.Message),
        "InvalidSignatureException" => Forbidden("SignatureDoesNotMatch", refused.Message),
        "IncompleteSignatureException" => new("IncompleteSignature", refused.Message),
        _ => refused,
    };

    private static ApiError Forbidden(string type, string? message) => new(type, message, StatusCodes.Status403Forbidden);
}

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// One of the error shapes of the API. Returned, never thrown; a thrown exception is a bug or an outage.
/// <paramref name="Message"/> reaches the client as it stands; null leaves the member out.
/// </summary>
internal sealed record ApiError(string Type, string? Message, int Status = StatusCodes.Status400BadRequest)
{
    public static ApiError AccessDenied(string message) => new("AccessDeniedException", message);

    public static ApiError ConcurrentModification() =>
        new("ConcurrentModificationException", "Only one request to update resource type Identity Pool can be processed at a time");

    public static ApiError ExternalService(string provider) => new("ExternalServiceException", $"{provider} is not responding.");

    public static ApiError Internal() => new("InternalErrorException", "Internal error", StatusCodes.Status500InternalServerError);

    public static ApiError InvalidParameter(string message) => new("InvalidParameterException", message);

    public static ApiError LimitExceeded(string message) => new("LimitExceededException", message);

    public static ApiError NotAuthorized(string message) => new("NotAuthorizedException", message);

    public static ApiError RequestTooLarge() =>
        new("RequestEntityTooLargeException", "The request body is too large.", StatusCodes.Status413PayloadTooLarge);

    public static ApiError RequestTimeout() =>
        new("RequestTimeoutException", "The request body did not arrive in time.", StatusCodes.Status408RequestTimeout);

    public static ApiError ResourceConflict(string message) => new("ResourceConflictException", message);

    public static ApiError ResourceNotFound(string message) => new("ResourceNotFoundException", message);

    public static ApiError IdentityNotFound(string? id) => ResourceNotFound($"Identity '{id}' not found.");

    public static ApiError PoolNotFound(string? id) => ResourceNotFound($"IdentityPool '{id}' not found.");

    public static ApiError Serialization(string message) => new("SerializationException", message);

    public static ApiError Starting() =>
        new("ServiceUnavailableException", "The server is starting.", StatusCodes.Status503ServiceUnavailable);

    public static ApiError TooManyRequests() => new("TooManyRequestsException", "Rate exceeded");

    public static ApiError UnknownOperation() => new("UnknownOperationException", Message: null);

    public static ApiError Validation(string message) => new("ValidationException", message);
}

namespace FederatedIdentity.Server.Sts;

/// <summary>The errors of STS in its own words.</summary>
/// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html</remarks>
internal static class StsErrors
{
    public static ApiError NotAuthorized(string action) => QueryErrors.AccessDenied($"Not authorized to perform {action}");

    public static ApiError DurationExceedsRole { get; } =
        ApiError.Validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");

    public static ApiError DurationExceedsChain { get; } =
        ApiError.Validation("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");

    public static ApiError NoManagedPolicies { get; } =
        ApiError.Validation("PolicyArns cannot be used: this service has no managed policies.");

    public static ApiError NoMfa { get; } =
        QueryErrors.AccessDenied("MultiFactorAuthentication failed: this service has no MFA devices.");

    public static ApiError NotAJwt { get; } = InvalidIdentityToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");

    public static ApiError Unverified { get; } = InvalidIdentityToken(
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation "
        + "for requirements");

    public static ApiError WrongAudience { get; } = InvalidIdentityToken("Incorrect token audience");

    public static ApiError Communication { get; } =
        new("IDPCommunicationError", "The identity provider could not be reached. Please try again.");

    public static ApiError InvalidArn(string arn) => ApiError.Validation($"{Echo.Of(arn)} is invalid");

    public static ApiError InvalidParameterValue(string message) => new("InvalidParameterValue", message);

    public static ApiError SamlExpired { get; } = new("ExpiredTokenException", "The SAML assertion has expired.");

    public static ApiError NoSessionName { get; } = InvalidIdentityToken("RoleSessionName is required in AuthnResponse");

    public static ApiError NoProvider(string issuer) =>
        InvalidIdentityToken($"No OpenIDConnect provider found in your account for {Echo.Of(issuer)}");

    public static ApiError Expired(long now, long expiry) => new(
        "ExpiredTokenException", $"Token expired: current date/time {now} must be before the expiration date/time {expiry}");

    /// <summary>Fits the quota of policies and tags, and is too long to travel all the same.</summary>
    public static ApiError TokenTooLarge { get; } = new("PackedPolicyTooLarge", "Serialized token too large for session");

    public static ApiError TransitiveTagMissing { get; } =
        ApiError.Validation("The specified transitive tag key must be included in the requested tags.");

    public static ApiError PackedPolicyTooLarge(int percent) =>
        new("PackedPolicyTooLarge", $"Packed size of session tags and policies consumes {percent}% of allotted space.");

    public static ApiError InvalidIdentityToken(string message) => new("InvalidIdentityToken", message);
}

namespace FederatedIdentity.Server.Iam;

/// <summary>What IAM demands of the lists of an OIDC provider beyond the model's constraints.</summary>
internal static class OpenIdConnectRules
{
    /// <summary>AWS quota.</summary>
    public const int MostClientIds = 100;

    private const int MostThumbprints = 5;

    /// <summary>Null when they may be stored.</summary>
    public static ApiError? ObjectionTo(IReadOnlyList<string?>? thumbprints) =>
        thumbprints is null ? null
        : thumbprints.Count > MostThumbprints
            ? QueryErrors.InvalidInput($"Thumbprint list must contain {MostThumbprints} entries or fewer.")
        : !thumbprints.All(thumbprint => thumbprint!.All(char.IsAsciiHexDigit))
            ? QueryErrors.InvalidInput("A thumbprint must be 40 hexadecimal digits.")
        : null;

    /// <summary>Null when the client id can be one: what a token names as its audience, and a database can hold.</summary>
    public static ApiError? ObjectionToClient(string clientId) =>
        clientId.Any(char.IsControl) ? QueryErrors.InvalidInput("A client id must not hold control characters.") : null;
}

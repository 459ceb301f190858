namespace FederatedIdentity.Domain;

/// <summary>A login provider's token. Prints as a placeholder, so that it cannot reach a log or an exception message by accident.</summary>
public readonly record struct ProviderToken(string Reveal)
{
    public override string ToString() => "[provider token]";
}

/// <summary>
/// A secret that signs: of an access key, or of an app at Twitter and its users. Prints as a placeholder, so that it cannot reach a log or
/// an exception message by accident.
/// </summary>
public readonly record struct SecretKey(string Reveal)
{
    public override string ToString() => "[secret key]";
}

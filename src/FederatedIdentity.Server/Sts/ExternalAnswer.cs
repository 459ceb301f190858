using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.Server.Sts;

/// <summary>What another STS is asked for. Prints neither token nor policy.</summary>
internal sealed record ExternalWish(string RoleArn, string SessionName, string Token, int DurationSeconds, string? Policy)
{
    public override string ToString() => RoleArn;
}

/// <summary>What another STS makes of a web identity.</summary>
internal abstract record ExternalAnswer
{
    private ExternalAnswer() { }

    public sealed record Granted(CredentialsShape Credentials) : ExternalAnswer;

    /// <summary>It answered, and no: the role, or its trust, is at fault.</summary>
    public sealed record Refused : ExternalAnswer;

    /// <summary>It did not answer, or nothing that can be understood; which says nothing about the caller.</summary>
    public sealed record Unreachable : ExternalAnswer;
}

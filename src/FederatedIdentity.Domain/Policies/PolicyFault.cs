namespace FederatedIdentity.Domain.Policies;

/// <summary>
/// Why a text is no policy: IAM's sentence, and where, such as <c>Statement[1].Condition.StringEquals</c> or <c>line 3, column 9</c>.
/// Both may repeat words of the text.
/// </summary>
public sealed record PolicyFault(string Message, string Position)
{
    /// <summary>The fault as one line, for the client of MalformedPolicyDocument.</summary>
    public override string ToString() => Position.Length == 0 ? Message : $"{Message} ({Position})";
}

namespace FederatedIdentity.Server.Smoke;

/// <summary>A step did not come out as it must; the message says how, without a secret or a token.</summary>
public sealed class SmokeException(string message, string code = "") : Exception(message)
{
    /// <summary>The error's name, when the service answered with one.</summary>
    public string Code => code;
}

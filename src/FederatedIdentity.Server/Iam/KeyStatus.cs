namespace FederatedIdentity.Server.Iam;

/// <summary>The two states of an access key by IAM's names.</summary>
internal static class KeyStatus
{
    public const string Active = "Active";
    public const string Inactive = "Inactive";

    public static string Of(bool active) => active ? Active : Inactive;
}

namespace FederatedIdentity.Server.Iam;

/// <summary>The part of IAM that is spoken here, on one screen. Every action is signed.</summary>
internal static class IamSurface
{
    public static readonly QueryAction[] Actions = [];
}

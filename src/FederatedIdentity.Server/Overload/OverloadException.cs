namespace FederatedIdentity.Server.Overload;

/// <summary>A call that had begun found no place to go on; its client is asked to try again.</summary>
internal sealed class OverloadException() : Exception("There was no place to go on.");

namespace FederatedIdentity.Server.Protocol;

/// <summary>One of the error shapes of the API. Returned, never thrown; a thrown exception is a bug or an outage.</summary>
internal sealed record ApiError(string Type, string Message, int Status = 400);

namespace FederatedIdentity.IntegrationTests.Coverage;

/// <summary>What the API declares and no exchange can show, each with its reason.</summary>
internal static class Unreachable
{
    /// <summary>Not yet: these go when what they wait for is built.</summary>
    public static readonly Dictionary<string, string> NotYet = [];

    private const string OnlyPolicies =
        "A caller without permission gets AccessDeniedException, which the API does not declare; there is no role or provider to refuse.";

    private const string OnlyConstraints =
        "Every wrong input breaks a constraint of the model, which is ValidationException.";

    /// <summary>Never, by design.</summary>
    public static readonly Dictionary<string, string> ByDesign = new()
    {
        ["CreateIdentityPool error ResourceConflictException"] = "Names need not be unique, and ids are made here.",
        ["DeleteIdentities error InvalidParameterException"] = OnlyConstraints,
        ["DeleteIdentities output UnprocessedIdentityIds[].ErrorCode InternalServerError"] =
            "One statement deletes all of them or, when the database fails, none: that is InternalErrorException.",
        ["DeleteIdentityPool error InvalidParameterException"] = OnlyConstraints,
        ["DeleteIdentityPool error NotAuthorizedException"] = OnlyPolicies,
        ["DescribeIdentity error InvalidParameterException"] = OnlyConstraints,
        ["DescribeIdentity error NotAuthorizedException"] = OnlyPolicies,
        ["DescribeIdentityPool error InvalidParameterException"] = OnlyConstraints,
        ["DescribeIdentityPool error NotAuthorizedException"] = OnlyPolicies,
        ["GetId error LimitExceededException"] = "Identities of a pool are not limited.",
        ["GetIdentityPoolRoles error InvalidParameterException"] = OnlyConstraints,
        ["GetIdentityPoolRoles error NotAuthorizedException"] = OnlyPolicies,
        ["GetIdentityPoolRoles error ResourceConflictException"] = "It reads one row.",
        ["GetPrincipalTagAttributeMap error InvalidParameterException"] = OnlyConstraints,
        ["GetPrincipalTagAttributeMap error NotAuthorizedException"] = OnlyPolicies,
        ["ListIdentities error NotAuthorizedException"] = OnlyPolicies,
        ["ListIdentityPools error NotAuthorizedException"] = OnlyPolicies,
        ["ListIdentityPools error ResourceNotFoundException"] = "It names nothing that could be missing.",
        ["ListTagsForResource error NotAuthorizedException"] = OnlyPolicies,
        ["LookupDeveloperIdentity error NotAuthorizedException"] = OnlyPolicies,
        ["MergeDeveloperIdentities error NotAuthorizedException"] = OnlyPolicies,
        ["SetIdentityPoolRoles error ConcurrentModificationException"] = "Changes of parts of a pool take turns.",
        ["SetIdentityPoolRoles error ResourceConflictException"] = "It replaces both maps, whatever they held.",
        ["SetPrincipalTagAttributeMap error NotAuthorizedException"] = OnlyPolicies,
        ["TagResource error NotAuthorizedException"] = OnlyPolicies,
        ["UnlinkDeveloperIdentity error NotAuthorizedException"] = OnlyPolicies,
        ["UnlinkIdentity error ResourceConflictException"] = "It links nothing, so nothing can clash.",
        ["UntagResource error NotAuthorizedException"] = OnlyPolicies,
        ["UpdateIdentityPool error ResourceConflictException"] = "Names need not be unique.",
    };

    /// <summary>Errors that an operation answers although the API does not declare them for it.</summary>
    public static readonly Dictionary<string, string> Undeclared = new()
    {
        ["GetOpenIdTokenForDeveloperIdentity error ExternalServiceException"] =
            "A public login beside the user needs its provider as much as anywhere else, and 'try again' is the honest answer.",
    };

    /// <summary>Of every operation: the protocol's own errors come before the operation's.</summary>
    public static readonly HashSet<string> OfTheProtocol =
    [
        "ValidationException", "SerializationException", "MissingAuthenticationTokenException", "UnrecognizedClientException",
        "InvalidSignatureException", "IncompleteSignatureException", "ExpiredTokenException", "AccessDeniedException",
        "RequestEntityTooLargeException",
        "UnknownOperationException", // An operation's name in the wrong namespace.
    ];
}

using static FederatedIdentity.Server.Protocol.Access;

namespace FederatedIdentity.Server.Iam;

/// <summary>The part of IAM that is spoken here, on one screen. Every action is signed.</summary>
internal static class IamSurface
{
    public static readonly QueryAction[] Actions =
    [
        Row<AddClientIDToOpenIDConnectProvider, AddClientIDToOpenIDConnectProviderInput, NoOutput>(),
        Row<CreateAccessKey, CreateAccessKeyInput, CreateAccessKeyResult>(),
        Row<CreateOpenIDConnectProvider, CreateOpenIDConnectProviderInput, CreateOpenIDConnectProviderResult>(),
        Row<CreateRole, CreateRoleInput, CreateRoleResult>(),
        Row<CreateSAMLProvider, CreateSAMLProviderInput, CreateSAMLProviderResult>(),
        Row<CreateUser, CreateUserInput, CreateUserResult>(),
        Row<DeleteAccessKey, DeleteAccessKeyInput, NoOutput>(),
        Row<DeleteOpenIDConnectProvider, DeleteOpenIDConnectProviderInput, NoOutput>(),
        Row<DeleteRole, DeleteRoleInput, NoOutput>(),
        Row<DeleteRolePolicy, DeleteRolePolicyInput, NoOutput>(),
        Row<DeleteSAMLProvider, DeleteSAMLProviderInput, NoOutput>(),
        Row<DeleteUser, DeleteUserInput, NoOutput>(),
        Row<DeleteUserPolicy, DeleteUserPolicyInput, NoOutput>(),
        Row<GetAccessKeyLastUsed, GetAccessKeyLastUsedInput, GetAccessKeyLastUsedResult>(),
        Row<GetOpenIDConnectProvider, GetOpenIDConnectProviderInput, GetOpenIDConnectProviderResult>(),
        Row<GetRole, GetRoleInput, GetRoleResult>(),
        Row<GetRolePolicy, GetRolePolicyInput, GetRolePolicyResult>(),
        Row<GetSAMLProvider, GetSAMLProviderInput, GetSAMLProviderResult>(),
        Row<GetUser, GetUserInput, GetUserResult>(),
        Row<GetUserPolicy, GetUserPolicyInput, GetUserPolicyResult>(),
        Row<ListAccessKeys, ListAccessKeysInput, ListAccessKeysResult>(),
        Row<ListAttachedRolePolicies, ListAttachedRolePoliciesInput, ListAttachedRolePoliciesResult>(),
        Row<ListAttachedUserPolicies, ListAttachedUserPoliciesInput, ListAttachedUserPoliciesResult>(),
        Row<ListGroupsForUser, ListGroupsForUserInput, ListGroupsForUserResult>(),
        Row<ListInstanceProfilesForRole, ListInstanceProfilesForRoleInput, ListInstanceProfilesForRoleResult>(),
        Row<ListOpenIDConnectProviderTags, ListOpenIDConnectProviderTagsInput, TagPage>(),
        Row<ListOpenIDConnectProviders, ListOpenIDConnectProvidersInput, ListOpenIDConnectProvidersResult>(),
        Row<ListRolePolicies, ListRolePoliciesInput, PolicyNamePage>(),
        Row<ListRoleTags, ListRoleTagsInput, TagPage>(),
        Row<ListRoles, ListRolesInput, ListRolesResult>(),
        Row<ListSAMLProviderTags, ListSAMLProviderTagsInput, TagPage>(),
        Row<ListSAMLProviders, ListSAMLProvidersInput, ListSAMLProvidersResult>(),
        Row<ListUserPolicies, ListUserPoliciesInput, PolicyNamePage>(),
        Row<ListUserTags, ListUserTagsInput, TagPage>(),
        Row<ListUsers, ListUsersInput, ListUsersResult>(),
        Row<PutRolePolicy, PutRolePolicyInput, NoOutput>(),
        Row<PutUserPolicy, PutUserPolicyInput, NoOutput>(),
        Row<RemoveClientIDFromOpenIDConnectProvider, RemoveClientIDFromOpenIDConnectProviderInput, NoOutput>(),
        Row<TagOpenIDConnectProvider, TagOpenIDConnectProviderInput, NoOutput>(),
        Row<TagRole, TagRoleInput, NoOutput>(),
        Row<TagSAMLProvider, TagSAMLProviderInput, NoOutput>(),
        Row<TagUser, TagUserInput, NoOutput>(),
        Row<UntagOpenIDConnectProvider, UntagOpenIDConnectProviderInput, NoOutput>(),
        Row<UntagRole, UntagRoleInput, NoOutput>(),
        Row<UntagSAMLProvider, UntagSAMLProviderInput, NoOutput>(),
        Row<UntagUser, UntagUserInput, NoOutput>(),
        Row<UpdateAccessKey, UpdateAccessKeyInput, NoOutput>(),
        Row<UpdateAssumeRolePolicy, UpdateAssumeRolePolicyInput, NoOutput>(),
        Row<UpdateOpenIDConnectProviderThumbprint, UpdateOpenIDConnectProviderThumbprintInput, NoOutput>(),
        Row<UpdateRole, UpdateRoleInput, UpdateRoleResult>(),
        Row<UpdateRoleDescription, UpdateRoleDescriptionInput, UpdateRoleDescriptionResult>(),
        Row<UpdateSAMLProvider, UpdateSAMLProviderInput, UpdateSAMLProviderResult>(),
    ];

    /// <summary>What the actions share.</summary>
    public static IServiceCollection AddIam(this IServiceCollection services) => services
        .AddSingleton<IamRows>()
        .AddSingleton<IamPaths>()
        .AddSingleton<IamPages>();

    private static QueryAction Row<TAction, TInput, TOutput>()
        where TAction : class, IOperation<TInput, TOutput>
        where TInput : class, IQueryInput<TInput>
        where TOutput : class =>
        QueryAction.Of<TAction, TInput, TOutput>(QueryApi.Iam, Signed);
}
